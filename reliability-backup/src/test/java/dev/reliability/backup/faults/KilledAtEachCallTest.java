package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.backup.faults.BackupProcess.Death;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.storage.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that makes a backup dies right before and right after each change of its store, and before each system call
 * that gives a file its name or makes it last; what is promised then is said in {@link BackupSite#survive}. A sample of
 * these by default, all of them with {@code -Dcrash.calls=all}.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class KilledAtEachCallTest {
    private static final boolean ALL = System.getProperty("crash.calls", "").equals("all");
    private static final int SAMPLE = 8;
    private static final List<String> SYSTEM_CALLS = List.of("link", "rename", "fsync", "unlink");

    private final PrivatePostgres server;

    /** A slow backup tells its progress so much more often than the one in which calls were counted. */
    private static final int LATE = 2;

    /** Those that were too quick to come to such late calls. */
    private final AtomicInteger survivors = new AtomicInteger();

    @TempDir
    Path folder;

    KilledAtEachCallTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void killedBeforeOrAfterAnyChangeOfTheStore_itIsAWholeBackupOrNone() throws Exception {
        List<Drill.Round> rounds = new ArrayList<>();
        for (BackupType type : BackupType.values()) {
            int calls = changesOf(type);
            for (int call = 1; call <= calls + LATE; call++) {
                for (Death.Moment moment : Death.Moment.values()) {
                    Death death = new Death(moment, call);
                    rounds.add(new Drill.Round(
                            "a " + type + " backup killed " + moment + " change " + call + " of " + calls,
                            on -> die(on, type, death, List.of())));
                }
            }
        }
        run(rounds);
    }

    @Test
    void killedAtAnySystemCallThatPublishes_itIsAWholeBackupOrNone() throws Exception {
        assumeTrue(Strace.works(), "strace does not work here");
        List<Drill.Round> rounds = new ArrayList<>();
        for (BackupType type : BackupType.values()) {
            systemCallsOf(type).forEach((call, count) -> {
                for (int nth = 1; nth <= count + LATE; nth++) {
                    List<String> strace = Strace.killing(call, nth);
                    rounds.add(new Drill.Round(
                            "a " + type + " backup killed at " + call + " " + nth + " of " + count,
                            on -> die(on, type, Death.NONE, strace)));
                }
            });
        }
        run(rounds);
    }

    private void run(List<Drill.Round> all) throws Exception {
        long seed = 20260103;
        List<Drill.Round> rounds = new ArrayList<>(all);
        if (!ALL) {
            Collections.shuffle(rounds, new Random(seed));
            rounds.subList(SAMPLE, rounds.size()).clear();
        }
        int whole = Drill.afresh(server, folder).run(rounds);
        System.out.printf(
                "killed at %d of %d calls, %d of them not reached: %d of the backups were whole by then, %d were none%n",
                rounds.size(), all.size(), survivors.get(), whole, rounds.size() - whole);
        assertThat(survivors.get()).as("calls that were not reached").isLessThanOrEqualTo(rounds.size() / 2);
    }

    /** How often an unharmed backup changes its store. */
    private int changesOf(BackupType type) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        BackupSite site = BackupSite.inUse(server, folder.resolve("changes-" + type));
        try (ForkedJvm process = BackupProcess.start(site, type, Death.NONE, List.of())) {
            BackupProcess.awaitEnd(process, line -> {
                if (line.startsWith("calls ")) {
                    calls.set(Integer.parseInt(line.substring("calls ".length())));
                }
            });
        }
        assertThat(calls.get()).isPositive();
        return calls.get();
    }

    /** How often the busiest thread of an unharmed backup makes each system call. */
    private Map<String, Long> systemCallsOf(BackupType type) throws Exception {
        BackupSite site = BackupSite.inUse(server, folder.resolve("system-calls-" + type));
        Path trace = folder.resolve("trace-" + type);
        List<String> strace = Strace.recording(String.join(",", SYSTEM_CALLS), trace);
        try (ForkedJvm process = BackupProcess.start(site, type, Death.NONE, strace)) {
            BackupProcess.awaitEnd(process, line -> {});
        }
        return SYSTEM_CALLS.stream().collect(Collectors.toMap(Function.identity(), call -> mostOfAThread(trace, call)));
    }

    private static long mostOfAThread(Path trace, String call) {
        try {
            return Files.readAllLines(trace).stream()
                    .map(line -> line.split(" +", 2))
                    .filter(parts -> parts[1].startsWith(call + "("))
                    .collect(Collectors.groupingBy(parts -> parts[0], Collectors.counting()))
                    .values()
                    .stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void die(BackupSite on, BackupType type, Death death, List<String> under) throws Exception {
        boolean[] lived = {false};
        try (ForkedJvm process = BackupProcess.start(on, type, death, under)) {
            BackupProcess.awaitEnd(process, line -> lived[0] |= line.startsWith("calls "));
        }
        if (lived[0]) {
            survivors.incrementAndGet();
        }
    }
}
