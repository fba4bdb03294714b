package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real processes, a real folder, and kill -9. Its times are a tenth of the real ones, unless {@code
 * -Dlease.times=real}.
 */
class TwoProcessesTest {
    private static final int PARTS = "real".equals(System.getProperty("lease.times")) ? 1 : 10;
    /** A busy machine takes as long for a tenth of the times as for all of them. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final TimeSource time = TimeSource.system();

    @TempDir
    private Path folder;

    private Process holder;
    private BufferedReader said;
    private Repository repository;

    static LeaseRules rules() {
        LeaseRules real = LeaseRules.STANDARD;
        return new LeaseRules(
                real.beat().dividedBy(PARTS),
                real.fresh().dividedBy(PARTS),
                real.lost().dividedBy(PARTS),
                real.takeover().dividedBy(PARTS),
                real.poll().dividedBy(PARTS));
    }

    @BeforeEach
    void startHolder() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        if (PARTS == 1) {
            command.add("-Dlease.times=real");
        }
        command.addAll(List.of(LeaseHolder.class.getName(), folder.toString(), "here"));
        holder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        said = new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        repository = Repository.open(
                LocalObjectStore.open(folder), SigningKeys.none(), time, "here", rules(), Clockwork.threads());
    }

    @AfterEach
    void endHolder() throws InterruptedException {
        holder.destroyForcibly().waitFor();
    }

    @Test
    void a_holder_that_is_killed_is_taken_over_after_20_s_and_its_backup_has_failed() throws Exception {
        String id = said.readLine();
        assertThatThrownBy(() -> repository
                        .leases()
                        .acquire("op-next", rules().takeover().plus(rules().beat()), h -> {}))
                .as("while it lives")
                .isInstanceOf(BackupException.Busy.class);
        assertThat(repository.leases().holder().orElseThrow().state()).isEqualTo(Holder.State.BEATS);

        holder.destroyForcibly().waitFor();
        long killed = time.nanoTime();
        assertThat(repository.leases().holder().orElseThrow().state()).isEqualTo(Holder.State.DEAD);
        try (Lease lease =
                repository.leases().acquire("op-next", rules().takeover().plus(SLACK), h -> {})) {
            // Its last beat was seen at most 5 s before it was killed.
            assertThat(time.since(killed).multipliedBy(PARTS))
                    .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20).plus(SLACK.multipliedBy(PARTS)));
            repository.recovery().run(lease, record -> null);
        }

        assertThat(repository.catalog().find(id).orElseThrow().status()).isEqualTo(BackupStatus.FAILED);
        try (Lease after = repository.leases().tryAcquire("op-after").orElseThrow()) {
            assertThat(after.isLost()).isFalse();
        }
    }
}
