package dev.reliability.backup.repository;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.core.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs the real code of several processes in one random order of their calls of the store. One thread runs at a time,
 * and hands over before each call; at any of these points a process may stand still for a while, or die; and
 * a write may lose its answer, and be done at once, later or never.
 */
final class Interleaving {
    private static final int MAX_STEPS = 100_000;

    final ManualTime time = new ManualTime();
    final MemoryStore store = new MemoryStore(time::now);

    final Random random;
    private final double faults;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Runnable> ghosts = new ArrayList<>();
    /** Those that wait for a lock which another thread of their process holds. */
    private final List<Actor> blocked = new ArrayList<>();

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Consumer<String> created;
    private boolean disturbed = true;
    private volatile Throwable failure;

    /**
     * @param faults how likely a write loses its answer
     * @param created told of each key that was created, at that moment
     */
    Interleaving(Random random, double faults, Consumer<String> created) {
        this.random = random;
        this.faults = faults;
        this.created = created;
    }

    /** What a process does. */
    interface Program {
        void run(Proc process) throws Exception;
    }

    /** The process died: nothing of it is ever run again. */
    static final class Crash extends Error {
        Crash() {
            super("crash", null, false, false);
        }
    }

    private final class Actor {
        final Proc process;
        final Thread thread;
        final Semaphore turn = new Semaphore(0);
        final Semaphore passed = new Semaphore(0);
        volatile long wakeAt = time.nanoTime();
        volatile boolean ended;

        Actor(Proc process, String name, Program program) {
            this.process = process;
            this.thread = new Thread(
                    () -> {
                        turn.acquireUninterruptibly();
                        try {
                            if (!process.dead) {
                                program.run(process);
                            }
                        } catch (Crash crashed) {
                            process.dead = true;
                        } catch (Throwable t) {
                            failure = t;
                        }
                        ended = true;
                        passed.release();
                    },
                    name);
            thread.setDaemon(true);
            thread.start();
            actors.add(this);
        }

        void pass(Duration sleep) {
            wakeAt = time.nanoTime() + sleep.toNanos();
            passed.release();
            turn.acquireUninterruptibly();
            if (process.dead) {
                throw new Crash();
            }
        }

        boolean ready() {
            return !ended
                    && !blocked.contains(this)
                    && time.nanoTime() - wakeAt >= 0
                    && time.nanoTime() - process.frozenUntil >= 0;
        }
    }

    /** A process: its threads, its view of the store, its waiting. */
    final class Proc implements Clockwork {
        final String name;
        final ObjectStore view = new View(this);
        volatile boolean dead;
        private long frozenUntil = time.nanoTime();

        private Proc(String name) {
            this.name = name;
        }

        /** Its threads stand still for a while, as in a long collection of garbage or on a stopped machine. */
        void freeze(Duration duration) {
            frozenUntil = time.nanoTime() + duration.toNanos();
        }

        @Override
        public void pause(Duration duration) {
            current().pass(duration);
        }

        @Override
        public Ticking every(Duration period, String threadName, Runnable task) {
            boolean[] stopped = {false};
            new Actor(this, threadName, process -> {
                while (!stopped[0]) {
                    current().pass(period);
                    if (!stopped[0]) {
                        task.run();
                    }
                }
            });
            return () -> stopped[0] = true;
        }
    }

    Proc start(String name, Program program) {
        Proc process = new Proc(name);
        new Actor(process, name, program);
        return process;
    }

    /** Goes on until every process has ended. */
    void run() {
        for (int step = 0; actors.stream().anyMatch(actor -> !actor.ended); step++) {
            if (step == MAX_STEPS) {
                throw new AssertionError("still not ended after " + step + " steps");
            }
            List<Actor> ready = actors.stream().filter(Actor::ready).toList();
            if (ready.isEmpty()) {
                time.advance(Duration.ofMillis(500));
                continue;
            }
            Actor next = ready.get(random.nextInt(ready.size()));
            disturb(next.process);
            next.turn.release();
            await(next);
            for (Actor waiting : List.copyOf(blocked)) {
                if (!isBlocked(waiting)) {
                    blocked.remove(waiting);
                    await(waiting);
                }
            }
            if (failure != null) {
                throw new AssertionError(next.thread.getName() + " failed", failure);
            }
            actors.removeIf(actor -> actor.ended);
        }
        ghosts.forEach(Runnable::run);
        ghosts.clear();
    }

    /** From now on nothing goes wrong. */
    void calm() {
        disturbed = false;
    }

    /** Lets everything end that waits to be scheduled. */
    void stop() {
        for (Actor actor : List.copyOf(actors)) {
            actor.process.dead = true;
            actor.turn.release();
        }
    }

    /** Until it has handed over, or can not since another thread of its process must go on first. */
    private void await(Actor actor) {
        try {
            while (!actor.passed.tryAcquire(500, TimeUnit.MICROSECONDS)) {
                if (isBlocked(actor)) {
                    blocked.add(actor);
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isBlocked(Actor actor) {
        ThreadInfo info = threads.getThreadInfo(actor.thread.getId());
        return info != null && info.getLockOwnerId() != -1;
    }

    private void disturb(Proc victim) {
        if (!disturbed) {
            return;
        }
        if (random.nextInt(10) == 0) {
            time.advance(Duration.ofMillis(random.nextInt(3000)));
        }
        if (random.nextInt(80) == 0) {
            victim.frozenUntil =
                    time.nanoTime() + Duration.ofSeconds(random.nextInt(90)).toNanos();
        }
        if (random.nextInt(600) == 0) {
            victim.dead = true;
        }
        if (!ghosts.isEmpty() && random.nextInt(50) == 0) {
            ghosts.remove(random.nextInt(ghosts.size())).run();
        }
    }

    private Actor current() {
        return actors.stream()
                .filter(actor -> actor.thread == Thread.currentThread())
                .findFirst()
                .orElseThrow();
    }

    private interface Write<T> {
        T run() throws IOException;
    }

    /** The store as a process sees it. */
    private final class View implements ObjectStore {
        private final Proc process;

        View(Proc process) {
            this.process = process;
        }

        private <T> T call(Write<T> call) throws IOException {
            current().pass(Duration.ZERO);
            return call.run();
        }

        private <T> T write(Write<T> write) throws IOException {
            current().pass(Duration.ZERO);
            if (disturbed && random.nextDouble() < faults) {
                Runnable late = () -> {
                    try {
                        write.run();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                };
                switch (random.nextInt(3)) {
                    case 0 -> late.run();
                    case 1 -> ghosts.add(late);
                    default -> {}
                }
                throw new ObjectStoreException("answer lost", true, null);
            }
            return write.run();
        }

        private ObjectBody whole(ObjectBody body) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            body.writeTo(bytes);
            return ObjectBody.of(bytes.toByteArray());
        }

        @Override
        public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
            ObjectBody bytes = whole(body);
            return write(() -> store.put(key, attributes, bytes));
        }

        @Override
        public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
                throws IOException {
            ObjectBody bytes = whole(body);
            return write(() -> {
                Optional<ObjectInfo> stored = store.putIfAbsent(key, attributes, bytes);
                stored.ifPresent(info -> created.accept(key));
                return stored;
            });
        }

        @Override
        public InputStream get(String key) throws IOException {
            return call(() -> store.get(key));
        }

        @Override
        public InputStream get(String key, long offset, long length) throws IOException {
            return call(() -> store.get(key, offset, length));
        }

        @Override
        public Optional<ObjectInfo> head(String key) throws IOException {
            return call(() -> store.head(key));
        }

        @Override
        public Stream<ObjectInfo> list(String prefix) throws IOException {
            return call(() -> store.list(prefix).toList().stream());
        }

        @Override
        public void delete(String key) throws IOException {
            write(() -> {
                store.delete(key);
                return null;
            });
        }

        @Override
        public void removeAbandoned() {}

        @Override
        public String location(String key) {
            return process.name + ":" + key;
        }

        @Override
        public boolean keepsAttributes() {
            return false;
        }
    }
}
