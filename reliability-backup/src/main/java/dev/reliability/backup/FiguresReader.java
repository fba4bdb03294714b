package dev.reliability.backup;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link BackupFigures} at hand for whoever must answer at once, such as a scrape or a health check: a thread reads
 * the repository at the start, then once a minute and when it is asked to. If it can not, the last figures stay, and
 * {@link #age} says how old they are.
 *
 * <pre>{@code
 * FiguresReader figures = new FiguresReader(backups::figures, TimeSource.system());
 * figures.start();
 * }</pre>
 *
 * <p>Safe for use by any thread; whoever made it closes it.
 */
public final class FiguresReader implements AutoCloseable {
    /** How old figures are at most while the repository can be read. */
    public static final Duration REFRESH = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(FiguresReader.class);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Supplier<BackupFigures> repository;
    private final TimeSource time;
    private final Semaphore requests = new Semaphore(1);
    private final Thread thread = new Thread(this::loop, "backup-figures");
    private volatile boolean closed;
    private volatile @Nullable Read last;
    private String obstacle = "";

    private record Read(BackupFigures figures, long atNanos) {}

    /** @param repository reads the figures, which may take a while, or throws what is then logged */
    public FiguresReader(Supplier<BackupFigures> repository, TimeSource time) {
        this.repository = Objects.requireNonNull(repository, "repository");
        this.time = Objects.requireNonNull(time, "time");
        thread.setDaemon(true);
    }

    /** Begins to read the repository; to be called once. */
    public void start() {
        thread.start();
    }

    /** Has the repository read soon, as it changed; does not wait for it. */
    public void request() {
        requests.release();
    }

    /** Interrupts the reading, and waits up to 2 s for it to end: the first one may also be making the repository. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            while (!closed) {
                if (requests.tryAcquire(REFRESH.toNanos(), TimeUnit.NANOSECONDS)) {
                    int unused = requests.drainPermits();
                }
                refresh();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the repository now, on the caller's thread; what keeps it from that is logged. */
    public synchronized void refresh() {
        try {
            long before = time.nanoTime();
            last = new Read(repository.get(), before);
            obstacle = "";
        } catch (RuntimeException failed) {
            String now = String.valueOf(failed.getMessage());
            if (!closed && !now.equals(obstacle)) {
                obstacle = now;
                log.atWarn()
                        .addKeyValue("event", "backup_figures_stale")
                        .addKeyValue("error", now)
                        .log("the repository can not be read; what is known of its backups grows old");
            }
        }
    }

    /** What was read last; empty if nothing was yet. */
    public Optional<BackupFigures> last() {
        return Optional.ofNullable(last).map(Read::figures);
    }

    /** How long ago that was; empty if nothing was read yet. */
    public Optional<Duration> age() {
        return Optional.ofNullable(last).map(read -> time.since(read.atNanos()));
    }
}
