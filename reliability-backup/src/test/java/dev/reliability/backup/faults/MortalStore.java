package dev.reliability.backup.faults;

import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A store that takes its process with it, right before or after a certain change. All changes are made by one thread,
 * since strace counts the system calls of each thread by itself.
 */
final class MortalStore extends ForwardingObjectStore implements AutoCloseable {
    private final BackupProcess.Death death;
    private final ExecutorService changes = Executors.newSingleThreadExecutor(this::thread);
    private volatile Thread changing = Thread.currentThread();
    private int calls;

    MortalStore(ObjectStore real, BackupProcess.Death death) {
        super(real);
        this.death = death;
    }

    /** How many changes there were. */
    int calls() {
        return calls;
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        return change(() -> super.put(key, attributes, body));
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        return change(() -> super.putIfAbsent(key, attributes, body));
    }

    @Override
    public void delete(String key) throws IOException {
        boolean unused = change(() -> {
            super.delete(key);
            return true;
        });
    }

    @Override
    public void close() {
        changes.shutdown();
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "store-changes");
        thread.setDaemon(true);
        changing = thread;
        return thread;
    }

    private <T> T change(Callable<T> change) throws IOException {
        if (Thread.currentThread() == changing) {
            // A document that is written while a body is.
            return counted(change);
        }
        Future<T> done = changes.submit(() -> counted(change));
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private <T> T counted(Callable<T> change) throws IOException {
        int call = ++calls;
        dieIf(call, BackupProcess.Death.Moment.BEFORE);
        try {
            T result = change.call();
            dieIf(call, BackupProcess.Death.Moment.AFTER);
            return result;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void dieIf(int call, BackupProcess.Death.Moment moment) {
        if (call == death.call() && moment == death.moment()) {
            Runtime.getRuntime().halt(137);
        }
    }
}
