package dev.reliability.sample.drill;

import dev.reliability.backup.BackupConfig;
import dev.reliability.backup.BackupManager;
import dev.reliability.backup.BackupManagerBuilder;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.s3.MinioObjectStore;
import dev.reliability.s3.S3Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One of several processes on a repository: makes, deletes and cleans up backups until it is killed, and says on stdout
 * what it is about to do and what became of it. What it reads on stdin is the step before which it stops itself.
 */
final class Replica {
    /** The key that all sign with. */
    static final String SIGNING_KEY = "the signing key of all replicas of a drill";

    /** Said to it, it stops itself nowhere. */
    static final String DISARM = "DISARM";

    /** Said to it, it ends after what it is doing. */
    static final String END = "END";

    private static final Caller DRILL = new Caller("drill");
    private static final int FEW = 4;
    private static final int MANY = 12;

    private final BackupManager backups;
    private final BackupType type;
    private final Random random;
    private static final CountDownLatch ENDING = new CountDownLatch(1);

    private Replica(BackupManager backups, BackupType type, long seed) {
        this.backups = backups;
        this.type = type;
        this.random = new Random(seed);
    }

    /** Arguments: repository, folder of objects, name, seed, seconds of a day, JDBC-like database or {@code -}. */
    public static void main(String[] arguments) throws Exception {
        StoppingStore store =
                new StoppingStore(repository(arguments[0]), Duration.ofSeconds(Long.parseLong(arguments[4])));
        BackupManagerBuilder builder = BackupManager.builder(store)
                .host(arguments[2])
                .signingKeys(List.of(SIGNING_KEY))
                // Only what is told to be deleted may be gone.
                .config(BackupConfig.defaults().withRetention(365, 3))
                .objects(LocalObjectStore.open(Path.of(arguments[1])), null);
        boolean full = !arguments[5].equals("-");
        if (full) {
            builder.database(database(arguments[5]));
        }
        try (BackupManager backups = builder.build()) {
            Thread listener = new Thread(() -> listen(store), "commands");
            listener.setDaemon(true);
            listener.start();
            new Replica(backups, full ? BackupType.FULL : BackupType.STORAGE, Long.parseLong(arguments[3])).run();
        }
    }

    /** A folder, or an address {@code http://…/bucket} of the test server. */
    static ObjectStore repository(String where) throws IOException {
        if (!where.startsWith("http:")) {
            return LocalObjectStore.open(Path.of(where));
        }
        URI address = URI.create(where);
        return new MinioObjectStore(S3Config.builder()
                .endpoint("http://" + address.getAuthority())
                .credentials("test-access-key", "test-secret-key")
                .bucket(address.getPath().substring(1))
                .build());
    }

    private static PostgreSQLConfig database(String portUserPasswordName) {
        String[] parts = portUserPasswordName.split(":", 4);
        return PostgreSQLConfig.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(parts[0]))
                .user(parts[1])
                .password(parts[2])
                .database(parts[3])
                .build();
    }

    private static void listen(StoppingStore store) {
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String step = commands.readLine(); step != null; step = commands.readLine()) {
                switch (step) {
                    case END -> ENDING.countDown();
                    case DISARM -> store.arm(null);
                    default -> store.arm(StoppingStore.Step.valueOf(step));
                }
            }
        } catch (IOException gone) {
            say("FAILED " + gone);
        }
        if (ENDING.getCount() > 0) {
            // Whoever started it is gone.
            Runtime.getRuntime().halt(1);
        }
    }

    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void run() throws InterruptedException {
        say("READY");
        boolean ended = ENDING.getCount() == 0;
        while (!ended) {
            int pause = 0;
            try {
                next();
            } catch (BackupException.Busy another) {
                pause = random.nextInt(20, 200);
            } catch (BackupException failed) {
                say("FAILED " + failed.getMessage());
                pause = random.nextInt(20, 200);
            }
            ended = ENDING.await(pause, TimeUnit.MILLISECONDS);
        }
    }

    private void next() {
        List<Backup> all = backups.list(BackupQuery.all()).backups();
        int choice = random.nextInt(all.size() > MANY ? 4 : 10);
        if (choice < 2) {
            backups.cleanup(DRILL);
            say("CLEANED");
        } else if (choice < 4 && all.size() > FEW) {
            delete(all.get(random.nextInt(all.size())).id());
        } else {
            OperationStatus made = backups.await(backups.create(type, DRILL).id());
            say(
                    made.status() == OperationStatus.Status.COMPLETED
                            ? "MADE " + made.backupId()
                            : "NOT MADE " + made.error() + " " + made.message());
        }
    }

    private void delete(String id) {
        say("DELETING " + id);
        try {
            backups.delete(id, DRILL);
            say("DELETED " + id);
        } catch (BackupException.Busy notBegun) {
            say("KEPT " + id);
            throw notBegun;
        }
    }
}
