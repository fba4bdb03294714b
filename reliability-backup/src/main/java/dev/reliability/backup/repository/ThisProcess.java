package dev.reliability.backup.repository;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What names a process on its host: its number, which is used again, and when it began. */
final class ThisProcess {
    /** The system derives a start from the time of its boot, which it corrects now and then by a second. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private ThisProcess() {}

    static long pid() {
        return ProcessHandle.current().pid();
    }

    static Instant startedAt() {
        return ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
    }

    /** Whether a process of this host has surely ended. */
    static boolean isGone(long pid, Instant startedAt) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            return true;
        }
        return process.get()
                .info()
                .startInstant()
                .filter(start -> !startedAt.equals(Instant.EPOCH))
                .filter(start -> Duration.between(startedAt, start).abs().compareTo(TOLERANCE) > 0)
                .isPresent();
    }
}
