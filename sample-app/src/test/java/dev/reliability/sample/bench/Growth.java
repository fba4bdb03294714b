package dev.reliability.sample.bench;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import dev.reliability.s3.MinioObjectStore;
import dev.reliability.s3.S3Config;
import dev.reliability.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps of {@code scripts/bench.sh growth}, each in a process of its own, so that none finds in memory what another
 * one has read. A place is a folder, or the address of an {@link S3Server}.
 *
 * <pre>
 * fill PLACE FROM TO BLOBS          makes the backups of these nights, each with so many blobs of its own
 * list PLACE MILLIS LIMIT           lists the newest so many; prints how many there are, the milliseconds of a first list,
 *                                   those of a second, and kB resident at most; each read takes so much longer
 * documents FOLDER COUNT BYTES      makes documents of so many bytes on average
 * change FOLDER COUNT EACH          changes every EACH-th of them
 * </pre>
 */
public final class Growth {
    private static final SigningKeys KEYS =
            SigningKeys.of(List.of("a key that the growth of a repository is signed by"));
    private static final Pattern RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    private Growth() {}

    /** Takes one step. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "fill" -> {
                try (Place place = Place.at(args[1])) {
                    new GrownRepository(place.store(), KEYS).fill(number(args[2]), number(args[3]), number(args[4]));
                }
            }
            case "list" -> {
                try (Place place = Place.at(args[1])) {
                    list(new DistantStore(place.store(), Duration.ofMillis(number(args[2]))), number(args[3]));
                }
            }
            case "documents" -> Documents.make(Path.of(args[1]), number(args[2]), number(args[3]));
            case "change" -> Documents.change(Path.of(args[1]), number(args[2]), number(args[3]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private static void list(ObjectStore store, int limit) throws IOException {
        Repository repository = Repository.open(store, KEYS, TimeSource.system(), "bench");
        BackupQuery all = new BackupQuery(null, BackupQuery.all().statuses(), limit);
        long first = TimeSource.system().nanoTime();
        BackupPage page = repository.catalog().list(all);
        long second = TimeSource.system().nanoTime();
        boolean same = repository.catalog().list(all).equals(page);
        long end = TimeSource.system().nanoTime();
        boolean whole = page.backups().stream().allMatch(backup -> backup.signed() && backup.verifiedAt() != null);
        if (!same || !whole) {
            throw new IllegalStateException("the list is not that of what was made");
        }
        System.out.println(page.count() + " " + (second - first) / 1_000_000 + " " + (end - second) / 1_000_000 + " "
                + residentKilobytes());
    }

    private static String residentKilobytes() throws IOException {
        Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
        return matcher.find() ? matcher.group(1) : "0";
    }

    /** A store, and what has to be closed behind it. */
    record Place(ObjectStore store, Runnable closing) implements AutoCloseable {
        static Place at(String place) throws IOException {
            if (!place.startsWith("http:")) {
                return new Place(LocalObjectStore.open(Path.of(place)), () -> {});
            }
            MinioObjectStore store = new MinioObjectStore(S3Config.builder()
                    .endpoint(place)
                    .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
                    .bucket("growth")
                    .build());
            return new Place(store, store::close);
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
