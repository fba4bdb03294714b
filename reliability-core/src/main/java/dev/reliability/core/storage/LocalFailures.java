package dev.reliability.core.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells from a file system's errors what a caller must know: full, worth another try, or in need of somebody. */
final class LocalFailures {
    // Under this a write of one buffer fails.
    private static final long FULL_BYTES = 64 * 1024;

    private LocalFailures() {}

    /** The failure as the contract has it; one that is so already is passed on. */
    static ObjectStoreException of(String tried, IOException e) {
        if (e instanceof ObjectStoreException already) {
            return already;
        }
        String message = "cannot " + tried + ": " + reason(e);
        if (isNoSpace(e)) {
            return new NoSpaceException(message + ". Free some space or raise the quota", e);
        }
        return new ObjectStoreException(message, !needsSomebody(e), e);
    }

    /**
     * The same for a failed write into a folder. Texts of errors are translated where the locale is, so a full disk is
     * also known by its free space.
     */
    static ObjectStoreException ofWrite(String tried, IOException e, Path folder) {
        ObjectStoreException failure = of(tried, e);
        if (failure.retryable() && !isInterrupt(e) && isFull(folder)) {
            return new NoSpaceException(failure.getMessage() + ". No space is left in " + folder, e);
        }
        return failure;
    }

    static boolean isNoSpace(IOException e) {
        return says(e, "no space left") || says(e, "quota exceeded");
    }

    /** What went wrong, without the path. */
    static String reason(IOException e) {
        if (isInterrupt(e)) {
            return "the thread was interrupted";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "something that is not a folder has this name";
        }
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }

    /** A path for logs and terminals. */
    static String printable(Path path) {
        return path.toString().replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?");
    }

    private static boolean isInterrupt(IOException e) {
        return e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException;
    }

    private static boolean needsSomebody(IOException e) {
        return e instanceof AccessDeniedException
                || says(e, "read-only file system")
                || says(e, "not permitted")
                || says(e, "name too long")
                || says(e, "no locks available");
    }

    private static boolean says(IOException e, String words) {
        return e.getMessage() != null && e.getMessage().toLowerCase(Locale.ROOT).contains(words);
    }

    private static boolean isFull(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace() < FULL_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }
}
