package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.backup.BackupConfig;
import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Documents are added, replaced and deleted at full speed, and their objects purged without any grace, while full backups
 * are made. Each is restored beside it, into a database and a folder of their own: no row there is without its object, and
 * no object has other bytes than its row says. {@code -Ddrill.backups=200} makes more of them.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class ConsistencyUnderLoadTest {
    private static final int BACKUPS = Integer.getInteger("drill.backups", 5);
    private static final int WRITERS = 3;
    private static final int MOST_DOCUMENTS = 60;
    private static final int MOST_BYTES = 4096;
    /** Changes that show that all writers are at work. */
    private static final int UNDER_WAY = 20;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SEED = Long.getLong("drill.seed", System.nanoTime());
    private static final Caller DRILL = new Caller("drill");
    private static final RestoreOptions MIRROR = new RestoreOptions(null, false, true, Set.of());

    @TempDir
    private Path folder;

    private PrivatePostgres server;
    private String live;
    private String copy;
    private ObjectStore documents;
    private ObjectStore restored;
    private BackupManager backups;
    private BackupManager besides;
    private DocumentLibrary library;
    private DocumentPurger purger;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong purged = new AtomicLong();
    /** Held to write, or by whoever wants nobody to. */
    private final ReadWriteLock writing = new ReentrantReadWriteLock(true);

    private volatile boolean over;

    @BeforeEach
    void open(PrivatePostgres postgres) throws Exception {
        server = postgres;
        live = postgres.createDatabase();
        copy = postgres.createDatabase();
        documents = LocalObjectStore.open(folder.resolve("documents"));
        restored = LocalObjectStore.open(folder.resolve("restored"));
        ObjectStore repository = LocalObjectStore.open(folder.resolve("backups"));
        backups = manager(repository, live, documents);
        besides = manager(repository, copy, restored);

        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/" + live);
        source.setUser(PrivatePostgres.ROLE);
        source.setPassword(postgres.password(PrivatePostgres.ROLE));
        Flyway.configure().dataSource(source).load().migrate();
        Database database = new Database(source, 8, breaker("database"), () -> {}, () -> {}, TimeSource.system());
        DeletionQueue queue = new DeletionQueue(Duration.ZERO);
        ContentStore contents = new ContentStore(documents, breaker("storage"));
        library = new DocumentLibrary(database, queue, contents, MOST_BYTES, 0);
        purger = new DocumentPurger(database, queue, contents, this::isBackupOpen);
    }

    @AfterEach
    void close() throws InterruptedException {
        over = true;
        purger.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        backups.close();
        besides.close();
    }

    @Test
    void every_full_backup_under_load_has_each_row_with_its_object() throws Exception {
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(SEED + i);
            work.add(threads.submit(() -> write(random)));
        }
        work.add(threads.submit(this::purge));
        long rows = 0;
        for (int i = 1; i <= BACKUPS; i++) {
            letThePurgerCatchUp();
            OperationStatus made =
                    backups.await(backups.create(BackupType.FULL, DRILL).id());
            assertThat(made.status())
                    .as("seed %d, backup %d: %s", SEED, i, made.message())
                    .isEqualTo(OperationStatus.Status.COMPLETED);
            OperationStatus brought = besides.await(
                    besides.restore(made.backupId(), MIRROR, DRILL).id());
            assertThat(brought.status())
                    .as("seed %d, backup %d: %s", SEED, i, brought.message())
                    .isEqualTo(OperationStatus.Status.COMPLETED);
            rows += assertEveryRowHasItsObject(i);
            for (Future<?> thread : work) {
                assertThat(thread.isDone()).as("a writer has stopped").isFalse();
            }
        }
        over = true;
        for (Future<?> thread : work) {
            thread.get();
        }
        assertThat(purged).hasPositiveValue();
        System.out.printf(
                "%d full backups, %d rows restored, none without its object or with other bytes;"
                        + " meanwhile %d changes and %d objects purged (seed %d)%n",
                BACKUPS, rows, changes.get(), purged.get(), SEED);
    }

    private long assertEveryRowHasItsObject(int backup) throws Exception {
        long rows = 0;
        try (Connection connection = server.connect(PrivatePostgres.ROLE, copy);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT object_key, sha256, size FROM documents")) {
            while (row.next()) {
                rows++;
                assertThat(sha256(row.getString(1)))
                        .as("seed %d, backup %d: object %s", SEED, backup, row.getString(1))
                        .isEqualTo(row.getString(2));
            }
        }
        return rows;
    }

    private String sha256(String key) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(restored.get(key), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (ObjectNotFoundException missing) {
            return "missing";
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    // ---- the load

    private void write(Random random) {
        List<UUID> mine = new ArrayList<>();
        while (!over) {
            writing.readLock().lock();
            try {
                change(random, mine);
                changes.incrementAndGet();
            } catch (DocumentException tooSlow) {
                // Without a grace, the key of an upload may be given up before its row is there.
                if (tooSlow.kind() != DocumentException.Kind.UNREADABLE
                        && tooSlow.kind() != DocumentException.Kind.NOT_FOUND) {
                    throw tooSlow;
                }
            } finally {
                writing.readLock().unlock();
            }
        }
    }

    private void change(Random random, List<UUID> mine) {
        int choice = random.nextInt(4);
        if (mine.isEmpty() || (choice < 2 && mine.size() < MOST_DOCUMENTS)) {
            mine.add(library.create("document", upload(random)).id());
        } else if (choice < 3) {
            library.replace(mine.get(random.nextInt(mine.size())), upload(random));
        } else {
            library.delete(mine.remove(random.nextInt(mine.size())));
        }
    }

    private static Upload upload(Random random) {
        byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        return new Upload("application/octet-stream", OptionalLong.of(bytes.length), new ByteArrayInputStream(bytes));
    }

    /**
     * It rests while a backup is open, so without a pause between two of them each would have more objects than the one
     * before. Ends when the load is on again.
     */
    private void letThePurgerCatchUp() {
        writing.writeLock().lock();
        try {
            await().atMost(PATIENCE).until(() -> queued() == 0);
        } finally {
            writing.writeLock().unlock();
        }
        long before = changes.get();
        await().atMost(PATIENCE).until(() -> changes.get() >= before + UNDER_WAY);
    }

    private long queued() throws SQLException {
        try (Connection connection = server.connect(PrivatePostgres.ROLE, live);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM object_deletions")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void purge() {
        while (!over) {
            purged.addAndGet(purger.purge());
        }
    }

    private boolean isBackupOpen() {
        try {
            return backups.busy();
        } catch (BackupException unknown) {
            return true;
        }
    }

    private BackupManager manager(ObjectStore repository, String database, ObjectStore objects) {
        return BackupManager.builder(repository)
                .database(server.config(database))
                .objects(objects, new DocumentKeys())
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .config(BackupConfig.defaults().withRestore(RestoreOptions.Mode.SWITCH, Duration.ZERO))
                .build();
    }

    private static CircuitBreaker breaker(String name) {
        return CircuitBreaker.of(name, CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
    }
}
