package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreHook;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the application does with a restored database before it goes live. */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final PostgreSQLConfig config;
    private final RestoreHook hook;
    private final String operation;

    Preparation(PostgreSQLConfig config, RestoreHook hook, String operation) {
        this.config = config;
        this.hook = hook;
        this.operation = operation;
    }

    /**
     * Returns when it is done. Interrupted, it leaves the hook behind, whose sessions end when the database is dropped.
     *
     * @throws BackupException.Refused the application does not take the database
     */
    void run(String database) throws InterruptedIOException {
        if (hook == RestoreHook.NONE) {
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> call(database, done), "restore-hook");
        // What hangs in it must not keep a process alive whose restore was cancelled.
        thread.setDaemon(true);
        thread.start();
        try {
            done.get();
        } catch (ExecutionException failed) {
            throw refused(Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (InterruptedException cancelled) {
            throw Interrupts.during("the application's preparation of the database " + database);
        }
    }

    // An Error of the application's must end the restore, and not only the thread.
    @SuppressWarnings("CatchingUnchecked")
    private void call(String database, CompletableFuture<Void> done) {
        try {
            DataSource restored = new RestoredDatabase(config, database, operation);
            hook.check(restored);
            hook.prepare(restored);
            done.complete(null);
        } catch (Exception | Error failed) {
            done.completeExceptionally(failed);
        }
    }

    private BackupException refused(Throwable reason) {
        if (reason instanceof BackupException ours) {
            return ours;
        }
        LOG.warn("the application does not take what {} restored", operation, reason);
        return new BackupException.Refused(
                "the application does not take the restored database", List.of(String.valueOf(reason.getMessage())));
    }
}
