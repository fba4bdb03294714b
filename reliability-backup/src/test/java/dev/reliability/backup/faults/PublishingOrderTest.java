package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.backup.faults.BackupProcess.Death;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.storage.ForkedJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What reaches the disk, and when, while a whole backup is made. A kill can not show that, as the page cache survives
 * it; the system calls can.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class PublishingOrderTest {
    private final PrivatePostgres server;

    @TempDir
    Path folder;

    PublishingOrderTest(PrivatePostgres server) {
        this.server = server;
    }

    @ParameterizedTest
    @EnumSource(BackupType.class)
    void everyFileIsWrittenSyncedNamedAndItsFoldersSynced_theManifestLast_andNoCallCanBeLeftOut(BackupType type)
            throws Exception {
        assumeTrue(Strace.works(), "strace does not work here");
        BackupSite site = new BackupSite(server, folder);
        Path trace = folder.resolve("trace");
        List<String> strace = Strace.recording("write,fsync,rename,link", trace);
        try (ForkedJvm process = BackupProcess.start(site, type, Death.NONE, strace)) {
            BackupProcess.awaitEnd(process, line -> {});
        }
        PublishingOrder order = new PublishingOrder(folder.resolve("backups"), namedByManifests(site));
        List<SystemCall> calls =
                SystemCall.read(trace).stream().filter(order::concerns).toList();

        assertThat(calls).filteredOn(SystemCall::names).hasSizeGreaterThan(10);
        assertThat(order.violations(calls)).isEmpty();
        int firstNamed = calls.indexOf(
                calls.stream().filter(SystemCall::names).findFirst().orElseThrow());
        for (int i = firstNamed; i < calls.size(); i++) {
            List<SystemCall> without = new ArrayList<>(calls);
            SystemCall left = without.remove(i);
            assertThat(order.violations(without)).as("without %s", left).isNotEmpty();
        }
        for (String kind : Set.of("write", "fsync", "rename", "link")) {
            assertThat(order.violations(calls.stream()
                            .filter(call -> !call.name().equals(kind))
                            .toList()))
                    .as("without any %s", kind)
                    .isNotEmpty();
        }
    }

    private Map<Path, Set<Path>> namedByManifests(BackupSite site) throws IOException {
        Path repository = folder.resolve("backups");
        Backup made = site.listed().get(0);
        Set<Path> named = site.repository().neededBy(made).stream()
                .map(file -> repository.resolve(file.key()))
                .collect(Collectors.toSet());
        return Map.of(repository.resolve(RepositoryFolder.manifestOf(made)), named);
    }
}
