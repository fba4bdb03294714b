package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An application whose backup is restored again and again, each time over the same other content, and what must be true
 * whatever happened to that restore. For one thread.
 */
final class RestoredSite {
    /** An object that the backup has and the application lost: a restore only adds it, and so it may stay. */
    private static final String ADDED = "kept/one";

    private static final Pattern STEP = Pattern.compile("\\{\"name\": ?\"([a-z_]+)\"");
    private static final Pattern CLOSED = Pattern.compile("\"closed\": ?true");

    private final PrivatePostgres server;
    private final Path folder;
    private final BackupSite site;
    private final Mode mode;
    private final String backup;
    private final Application.State restored;
    private final Application.State old;
    private String last = "";

    RestoredSite(PrivatePostgres server, Path folder, Mode mode) throws IOException {
        this.server = server;
        this.folder = folder;
        this.mode = mode;
        site = new BackupSite(server, folder);
        backup = String.valueOf(completed(site.run(manager -> manager.create(BackupType.FULL, BackupSite.DRILL)))
                .backupId());
        site.application().lose(BackupType.FULL);
        OperationStatus first = restore();
        restored = site.application().state();
        undo(first);
        old = site.application().state();
        assertThat(old.rows()).isNotEqualTo(restored.rows());
        assertThat(old.objects()).isNotEqualTo(restored.objects());
    }

    /** Begins a restore by a process of its own. */
    SteppedRestore begin() throws IOException {
        site.objects().delete(ADDED);
        last = newestRestore().id();
        return SteppedRestore.start(site, backup, mode);
    }

    /** The names of the steps in the journal of the newest restore, and of the write that closes it. */
    List<String> steps() throws IOException {
        List<String> names = new ArrayList<>();
        Matcher step = STEP.matcher(journal(newestRestore().id()));
        while (step.find()) {
            names.add(step.group(1));
        }
        names.add("the end");
        return names;
    }

    /**
     * After whatever happened to the restore that was begun last: as soon as anybody else has worked here, rows and
     * objects are those before or after it, its record says which, and nothing else is left of it. If it was finished it
     * can be undone, if not the next one works, and can be undone.
     *
     * @return whether it was finished
     */
    boolean survived(String what) throws IOException {
        settle();
        OperationStatus struck = newestRestore();
        // If it died before it was on record, this is the one before it.
        boolean finished = !struck.id().equals(last) && struck.status() == OperationStatus.Status.COMPLETED;
        String after = what + ": " + struck.status() + ", " + struck.message();
        assertThat(struck.status().ended()).as(after).isTrue();
        requireContent(after, finished);
        requireNothingLeft(after);
        if (!finished) {
            struck = restore();
            requireContent("the restore after " + after, true);
            undo(struck);
        } else if (mode == Mode.SWITCH) {
            undo(struck);
        } else {
            site.application().lose(BackupType.FULL);
        }
        requireContent("undone after " + after, false);
        dropKept();
        return finished;
    }

    /** Whoever takes the lease next ends what was killed, whatever it is there for. */
    private void settle() throws IOException {
        site.age();
        String unneeded =
                String.valueOf(completed(site.run(manager -> manager.create(BackupType.STORAGE, BackupSite.DRILL)))
                        .backupId());
        site.delete(unneeded);
    }

    private OperationStatus restore() {
        RestoreOptions how = new RestoreOptions(Mode.SWITCH, false, false, Set.of());
        return completed(site.run(manager -> manager.restore(backup, how, BackupSite.DRILL)));
    }

    private void undo(OperationStatus undone) {
        OperationStatus unused = completed(site.run(manager -> manager.undo(undone.id(), BackupSite.DRILL)));
    }

    private OperationStatus newestRestore() throws IOException {
        return site.newest(OperationStatus.Kind.RESTORE).orElseThrow();
    }

    private void requireContent(String when, boolean isRestored) throws IOException {
        Application.State found = site.application().state();
        assertThat(found.rows()).as("rows, %s", when).isEqualTo((isRestored ? restored : old).rows());
        if (isRestored) {
            assertThat(found.objects()).as("objects, %s", when).isEqualTo(restored.objects());
        } else {
            assertThat(withoutAdded(found)).as("objects, %s", when).isEqualTo(withoutAdded(old));
        }
    }

    private static Map<String, String> withoutAdded(Application.State state) {
        Map<String, String> objects = new TreeMap<>(state.objects());
        objects.remove(ADDED);
        return objects;
    }

    private void requireNothingLeft(String when) throws IOException {
        site.requireNothingLeft(when);
        String database = site.application().database();
        assertThat(server.query(
                        "postgres", "SELECT datname FROM pg_database WHERE datname LIKE '" + database + "\\_r\\_%'"))
                .as("scratch databases, %s", when)
                .isEmpty();
        assertThat(server.query("postgres", "SELECT setconfig::text FROM pg_db_role_setting"))
                .as("settings, %s", when)
                .isEmpty();
        Set<String> operations = new HashSet<>();
        site.repository().keys(".repository/journal").forEach(key -> operations.add(key.replaceAll(".*/|\\..*", "")));
        for (String operation : operations) {
            assertThat(journal(operation)).as("journal, %s", when).containsPattern(CLOSED);
        }
    }

    /** All files of it, those of later owners too. */
    private String journal(String operation) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String key : site.repository().keys(".repository/journal")) {
            if (key.contains(operation)) {
                all.append(Files.readString(folder.resolve("backups").resolve(key)));
            }
        }
        return all.toString();
    }

    /** What restores have replaced is looked at no more, and there would be hundreds. */
    private void dropKept() {
        String kept = "SELECT datname FROM pg_database WHERE datname LIKE '"
                + site.application().database() + "\\_b\\_%'";
        server.query("postgres", kept)
                .forEach(name -> server.execute(
                        PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE \"" + name + "\" WITH (FORCE)"));
    }

    private static OperationStatus completed(OperationStatus ended) {
        assertThat(ended.status()).as(ended.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        return ended;
    }
}
