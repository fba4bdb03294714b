package dev.reliability.backup.repository;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads many small documents of a store that takes a while for each. A few are read one after the other; of more, as
 * many at a time as there are threads, so that memory holds no more than these. The threads end with the call.
 */
final class ParallelReads {
    /** A thousand reads of a store 20 ms away take 0.6 s then. */
    static final int THREADS = 32;

    /** Below, threads cost more than they save. */
    static final int FEW = 8;

    private static final long END_SECONDS = 10;

    private ParallelReads() {}

    /** Reads one. */
    @FunctionalInterface
    interface Reading<T, R> {
        /** What it throws ends all. */
        R read(T document) throws IOException;
    }

    /**
     * Reads all.
     *
     * @return what was read, in the order of the documents
     * @throws IOException the first failure, or the thread was interrupted; its flag is set then
     */
    static <T, R> List<R> of(List<T> documents, Reading<T, R> reading) throws IOException {
        if (documents.size() < FEW) {
            List<R> results = new ArrayList<>();
            for (T document : documents) {
                results.add(reading.read(document));
            }
            return results;
        }
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(THREADS, documents.size()),
                work -> new Thread(work, "backup-repository-read-" + number.incrementAndGet()));
        try {
            List<Future<R>> futures = new ArrayList<>();
            for (T document : documents) {
                futures.add(threads.submit(() -> reading.read(document)));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + documents.size() + " files were read");
        } finally {
            end(threads);
        }
    }

    private static IOException failure(@Nullable Throwable cause) throws IOException {
        if (cause instanceof IOException failed) {
            throw failed;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw cause instanceof RuntimeException unexpected ? unexpected : new IllegalStateException(cause);
    }

    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            // A read that does not notice the interrupt ends by the store's own time limits.
            boolean unused = threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
