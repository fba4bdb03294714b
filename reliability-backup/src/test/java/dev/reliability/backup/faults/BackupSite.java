package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.backup.BackupConfig;
import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * An application with a repository of its backups, and what must be true of them whatever happened to one of them. For
 * one thread.
 */
final class BackupSite {
    static final Caller DRILL = new Caller("drill");

    private static final String KEY = "a signing key of at least 32 bytes";
    /** A lost lease is respected for 20 s. */
    private static final Duration LEASE = Duration.ofSeconds(21);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final PrivatePostgres server;
    private final Path folder;
    private final Application application;
    private final RepositoryFolder repository;
    private final Map<String, Application.State> contents = new HashMap<>();

    BackupSite(PrivatePostgres server, Path folder) throws IOException {
        this.server = server;
        this.folder = folder;
        application = new Application(server, folder.resolve("objects"));
        repository = new RepositoryFolder(folder.resolve("backups"));
    }

    /** One whose repository has a backup already, so that one backup makes as many calls as another. */
    static BackupSite inUse(PrivatePostgres server, Path folder) throws Exception {
        BackupSite site = new BackupSite(server, folder);
        site.survive("nothing happens", on -> {});
        return site;
    }

    /** Something that happens to a backup. */
    @FunctionalInterface
    interface Blow {
        void fall(BackupSite on) throws Exception;
    }

    Path folder() {
        return folder;
    }

    Application application() {
        return application;
    }

    RepositoryFolder repository() {
        return repository;
    }

    PostgreSQLConfig database() {
        return server.config(application.database());
    }

    ObjectStore objects() {
        return application.objects();
    }

    /** The repository as it is. */
    ObjectStore store() throws IOException {
        return LocalObjectStore.open(folder.resolve("backups"));
    }

    /** Keeps the repository as it is now, to begin from it again, but in another second: an id of this one is taken. */
    void keep() throws IOException {
        Instant now = TimeSource.system().now();
        await().until(() -> TimeSource.system().now().isAfter(now.plusSeconds(1)));
        copy("backups", "kept");
    }

    /** The repository as it was kept: what is done to it makes the same calls again. */
    void beginAgain() throws IOException {
        copy("kept", "backups");
    }

    private void copy(String from, String to) throws IOException {
        run("rm", "-rf", folder.resolve(to).toString());
        run("cp", "-a", folder.resolve(from).toString(), folder.resolve(to).toString());
    }

    /** Whoever makes backups here. */
    static BackupManager manager(ObjectStore store, PostgreSQLConfig database, ObjectStore objects, TimeSource time) {
        return BackupManager.builder(store)
                .database(database)
                .objects(objects, Application::keys)
                .signingKeys(List.of(KEY))
                .config(BackupConfig.defaults().withRestore(Mode.SWITCH, Duration.ZERO))
                .time(time)
                .build();
    }

    /**
     * Lets something happen to a backup of new data. After it no backup is listed but whole ones, the next one can be
     * made at once, and then nothing is left behind.
     *
     * @return the backup that was listed nevertheless, by its id; empty if there is none
     */
    List<String> survive(String what, Blow blow) throws Exception {
        application.change();
        Application.State content = application.state();
        Set<String> before = Set.copyOf(ids(listed()));
        blow.fall(this);
        List<String> made = newlyListed(what, before, content);
        assertThat(made).as("%s: one backup was begun", what).hasSizeLessThanOrEqualTo(1);

        makeNext(what, content);

        assertThat(newlyListed(what, before, content))
                .as("%s: nothing becomes a backup later", what)
                .hasSize(made.size() + 1)
                .containsAll(made);
        requireNothingLeft(what);
        return made;
    }

    /** All that is listed comes back: rows and objects, by switch and in place in turn; then all of it is deleted. */
    void restoreAndDeleteAll(String when) throws IOException {
        List<Backup> all = listed();
        for (int i = 0; i < all.size(); i++) {
            Backup backup = all.get(i);
            application.lose(backup.type());
            RestoreOptions how = new RestoreOptions(i % 2 == 0 ? Mode.SWITCH : Mode.IN_PLACE, false, true, Set.of());
            OperationStatus restored = run(manager -> manager.restore(backup.id(), how, DRILL));
            assertThat(restored.status())
                    .as("%s: %s: %s", when, backup, restored.message())
                    .isEqualTo(OperationStatus.Status.COMPLETED);
            requireContent(when, backup);
        }
        try (BackupManager manager = manager(new SkippingTime())) {
            all.forEach(backup -> manager.delete(backup.id(), DRILL));
        }
        requireSwept(when);
    }

    /** Runs an operation to its end, without sitting out the time for which a dead holder's lease is respected. */
    OperationStatus run(Function<BackupManager, OperationStatus> begin) {
        SkippingTime time = new SkippingTime();
        try (BackupManager manager = manager(time)) {
            OperationStatus begun = begin.apply(manager);
            AtomicBoolean skipped = new AtomicBoolean();
            await().atMost(ENDS_WITHIN).pollInterval(Duration.ofMillis(5)).until(() -> {
                OperationStatus now = manager.operation(begun.id()).orElseThrow();
                if (now.message().startsWith("waiting for operation") && skipped.compareAndSet(false, true)) {
                    time.skip(LEASE);
                }
                return now.status().ended();
            });
            return manager.await(begun.id());
        }
    }

    /** The newest operation of a kind on record, as the repository knows it now; empty if there is none. */
    Optional<OperationStatus> newest(OperationStatus.Kind kind) throws IOException {
        try (BackupManager manager = manager(new SkippingTime())) {
            return repository.keys(".repository/operations").stream()
                    .map(key -> key.replaceAll(".*/|\\..*", ""))
                    .flatMap(operation -> manager.operation(operation).stream())
                    .filter(status -> status.kind() == kind)
                    .max(Comparator.comparing(OperationStatus::startedAt));
        }
    }

    void delete(String backup) {
        try (BackupManager manager = manager(new SkippingTime())) {
            manager.delete(backup, DRILL);
        }
    }

    List<Backup> listed() {
        try (BackupManager manager = manager(new SkippingTime())) {
            BackupQuery all = new BackupQuery(null, BackupQuery.all().statuses(), BackupQuery.MAX_LIMIT);
            return manager.list(all).backups();
        }
    }

    private BackupManager manager(TimeSource time) {
        try {
            return manager(store(), database(), objects(), time);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> newlyListed(String when, Set<String> before, Application.State content) throws IOException {
        List<String> found = new ArrayList<>();
        for (Backup backup : listed()) {
            if (!before.contains(backup.id())) {
                repository.requireWhole(backup, when);
                contents.put(backup.id(), content);
                found.add(backup.id());
            }
        }
        return found;
    }

    private void makeNext(String when, Application.State content) throws IOException {
        age();
        OperationStatus next = run(manager -> manager.create(BackupType.STORAGE, DRILL));
        assertThat(next.status())
                .as("%s: the next backup: %s", when, next.message())
                .isEqualTo(OperationStatus.Status.COMPLETED);
        contents.put(String.valueOf(next.backupId()), content);
    }

    void requireNothingLeft(String when) throws IOException {
        assertThat(repository.leftBehind(listed())).as(when).isEmpty();
        assertThat(new RepositoryFolder(folder.resolve("objects")).keys(".store"))
                .as(when)
                .isEmpty();
        try (BackupManager manager = manager(new SkippingTime())) {
            for (String key : repository.keys(".repository/operations")) {
                String operation = key.replaceAll(".*/|\\..*", "");
                // A record that its store has cut is passed over.
                manager.operation(operation)
                        .ifPresent(status -> assertThat(status.status().ended())
                                .as("%s: %s", when, status)
                                .isTrue());
            }
            assertThat(manager.busy()).as(when).isFalse();
        }
        await(when)
                .atMost(Duration.ofSeconds(10))
                .until(
                        () -> server.query(
                                "postgres",
                                "SELECT application_name || ': ' || query FROM pg_stat_activity WHERE datname = '"
                                        + application.database() + "' AND application_name LIKE 'op\\_%'"),
                        List::isEmpty);
    }

    /** When no backup is left, two days of sweeping leave no blob. */
    private void requireSwept(String when) throws IOException {
        try (BackupManager manager = manager(new SkippingTime())) {
            for (int day = 0; day < 3; day++) {
                manager.cleanup(DRILL);
                touch("2 days ago", repository.keys(".repository/trash"));
            }
        }
        for (String place : List.of("blobs", "database", "storage", "full", ".store", ".repository/trash")) {
            assertThat(repository.keys(place))
                    .filteredOn(key -> !key.endsWith(".json"))
                    .as("%s: %s", when, place)
                    .isEmpty();
        }
    }

    private void requireContent(String when, Backup backup) throws IOException {
        Application.State expected = contents.get(backup.id());
        Application.State restored = application.state();
        if (backup.type().hasDatabase()) {
            assertThat(restored.rows()).as("%s: rows of %s", when, backup).isEqualTo(expected.rows());
        }
        if (backup.type().hasStorage()) {
            assertThat(restored.objects()).as("%s: objects of %s", when, backup).isEqualTo(expected.objects());
        }
    }

    /** While they are young, files may be about to be locked, beats be of a holder, and operations wait for the lease. */
    void age() throws IOException {
        for (String what : List.of(".store", ".repository/lease", ".repository/operations")) {
            touch("2 minutes ago", repository.keys(what));
        }
        touch(
                "2 minutes ago",
                new RepositoryFolder(folder.resolve("objects"))
                        .keys(".store").stream().map(key -> "../objects/" + key).toList());
    }

    /** By another process: this one would open the files for it, and drop their locks when it closes them. */
    private void touch(String when, List<String> keys) throws IOException {
        List<String> command = new ArrayList<>(List.of("touch", "-c", "-d", when));
        keys.forEach(key -> command.add(folder.resolve("backups").resolve(key).toString()));
        if (!keys.isEmpty()) {
            run(command.toArray(new String[0]));
        }
    }

    private static void run(String... command) throws IOException {
        try {
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .as(command[0])
                    .isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> ids(List<Backup> backups) {
        return backups.stream().map(Backup::id).toList();
    }
}
