package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.faults.BackupProcess.Death;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.ForkedJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that undoes a restore dies right before and right after each change of the repository, and so before and after
 * each step of its journal. A sample of these by default, all of them with {@code -Dcrash.calls=all}.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class KilledUndosTest {
    private static final boolean ALL = System.getProperty("crash.calls", "").equals("all");
    private static final int SAMPLE = 8;

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    /** What can be undone now, and which of the two states is live. */
    private String last = "";

    private Application.State live;
    private Application.State other;

    KilledUndosTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void killedBeforeOrAfterAnyChangeOfTheRepository_rowsAndObjectsAreThoseBeforeOrAfterIt_andTheRecordSaysWhich()
            throws Exception {
        BackupSite site = new BackupSite(server, folder);
        restore(site);
        int calls = changesOf(site);
        List<Death> deaths = new ArrayList<>();
        for (int call = 1; call <= calls; call++) {
            deaths.add(new Death(Death.Moment.BEFORE, call));
            deaths.add(new Death(Death.Moment.AFTER, call));
        }
        int all = deaths.size();
        if (!ALL) {
            Collections.shuffle(deaths, new Random(20260103));
            deaths.subList(SAMPLE, deaths.size()).clear();
        }
        int undone = 0;
        for (Death death : deaths) {
            undone += survives(site, death) ? 1 : 0;
        }
        System.out.printf(
                "an undo was killed at %d of %d calls, %d times it was finished%n", deaths.size(), all, undone);
    }

    private void restore(BackupSite site) throws Exception {
        OperationStatus made = completed(site.run(manager -> manager.create(BackupType.FULL, BackupSite.DRILL)));
        site.application().lose(BackupType.FULL);
        RestoreOptions how = new RestoreOptions(Mode.SWITCH, false, false, Set.of());
        last = completed(site.run(manager -> manager.restore(String.valueOf(made.backupId()), how, BackupSite.DRILL)))
                .id();
        // What a restore or an undo only adds stays: after one of each there are two states, and no third.
        undoUnharmed(site);
        other = site.application().state();
        undoUnharmed(site);
        live = site.application().state();
        assertThat(live.rows()).isNotEqualTo(other.rows());
        assertThat(live.objects()).isNotEqualTo(other.objects());
    }

    private void undoUnharmed(BackupSite site) {
        last = completed(site.run(manager -> manager.undo(last, BackupSite.DRILL)))
                .id();
    }

    private int changesOf(BackupSite site) throws Exception {
        int[] calls = {0};
        try (ForkedJvm process = BackupProcess.startUndo(site, last, Death.NONE)) {
            BackupProcess.awaitEnd(process, line -> {
                if (line.startsWith("calls ")) {
                    calls[0] = Integer.parseInt(line.substring("calls ".length()));
                }
            });
        }
        assertThat(calls[0]).isPositive();
        last = site.newest(OperationStatus.Kind.UNDO).orElseThrow().id();
        swap();
        assertThat(site.application().state()).isEqualTo(live);
        return calls[0];
    }

    /** Whether it was undone all the same. */
    private boolean survives(BackupSite site, Death death) throws Exception {
        String what = "killed " + death.moment() + " change " + death.call();
        try (ForkedJvm process = BackupProcess.startUndo(site, last, death)) {
            BackupProcess.awaitEnd(process, line -> {});
        }
        // Whoever takes the lease next ends it; for a while it could be waiting for the lease itself.
        site.age();
        completed(site.run(manager -> manager.create(BackupType.STORAGE, BackupSite.DRILL)));
        OperationStatus killed = site.newest(OperationStatus.Kind.UNDO).orElseThrow();
        // If it died before it was on record, this is the one before it.
        boolean undone = !killed.id().equals(last) && killed.status() == OperationStatus.Status.COMPLETED;
        assertThat(killed.status().ended()).as(what).isTrue();
        if (undone) {
            last = killed.id();
            swap();
        }
        assertThat(site.application().state()).as(what).isEqualTo(live);
        // And it goes on from there.
        undoUnharmed(site);
        swap();
        assertThat(site.application().state()).as("undone after it was " + what).isEqualTo(live);
        return undone;
    }

    private void swap() {
        Application.State was = live;
        live = other;
        other = was;
    }

    private static OperationStatus completed(OperationStatus ended) {
        assertThat(ended.status()).as(ended.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        return ended;
    }
}
