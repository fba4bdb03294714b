package dev.reliability.backup.faults;

import static org.awaitility.Awaitility.await;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.storage.ForkedJvm;
import java.time.Duration;
import java.util.List;

/** Who of those that take part in a restore is killed with -9. */
enum Victim {
    /** The process that restores. */
    BACKEND {
        @Override
        void kill(ForkedJvm restoring, PrivatePostgres server) throws InterruptedException {
            List<ProcessHandle> children = restoring.descendants();
            restoring.kill();
            awaitEnd(children);
        }
    },
    /** The program that it feeds with the dump. */
    PSQL {
        @Override
        boolean isThere(ForkedJvm restoring) {
            return !psql(restoring).isEmpty();
        }

        @Override
        void kill(ForkedJvm restoring, PrivatePostgres server) {
            List<ProcessHandle> programs = psql(restoring);
            programs.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(programs);
        }
    },
    /** The server, all its processes; somebody has to start it again. */
    SERVER {
        @Override
        void kill(ForkedJvm restoring, PrivatePostgres server) {
            server.kill();
        }
    };

    private static final Duration END = Duration.ofSeconds(10);

    /** Whether it takes part now. */
    boolean isThere(ForkedJvm restoring) {
        return true;
    }

    /** Returns when it is dead. */
    abstract void kill(ForkedJvm restoring, PrivatePostgres server) throws InterruptedException;

    private static List<ProcessHandle> psql(ForkedJvm restoring) {
        return restoring.descendants().stream()
                .filter(child -> child.info().command().orElse("").endsWith("/psql"))
                .toList();
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        await().atMost(END).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }
}
