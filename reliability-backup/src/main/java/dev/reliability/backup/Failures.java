package dev.reliability.backup;

import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;

/** Turns what the parts throw into what a caller is told. */
final class Failures {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private Failures() {}

    /** What to throw to the caller for a failure before an operation began. */
    static BackupException toCaller(Exception failure) {
        if (failure instanceof BackupException known) {
            return known;
        }
        if (failure instanceof UncheckedIOException unchecked) {
            return toCaller(unchecked.getCause());
        }
        if (failure instanceof DamagedException) {
            return new BackupException.Damaged(sentence(failure), failure);
        }
        if (failure instanceof NoSpaceException) {
            return new BackupException.NoSpace(sentence(failure), failure);
        }
        if (failure instanceof SQLException) {
            return new BackupException.Unavailable("the database: " + sentence(failure), RETRY, failure);
        }
        return new BackupException.Unavailable(sentence(failure), RETRY, failure);
    }

    /** The error code of a failure that ended an operation. */
    static String code(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            return code(unchecked.getCause());
        }
        if (failure instanceof DamagedException || failure instanceof BackupException.Damaged) {
            return "damaged";
        }
        if (failure instanceof NoSpaceException || failure instanceof BackupException.NoSpace) {
            return "no_space";
        }
        if (failure instanceof BackupException.Refused) {
            return "refused";
        }
        if (failure instanceof BackupException.Busy
                || failure instanceof BackupException.Unavailable
                || failure instanceof ObjectStoreException
                || failure instanceof SQLException) {
            return "unavailable";
        }
        return "internal";
    }

    /** One sentence for people, with the reasons of a refusal. */
    static String sentence(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            return sentence(unchecked.getCause());
        }
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return failure instanceof BackupException.Refused refused
                        && !refused.reasons().isEmpty()
                ? message + ": " + String.join("; ", refused.reasons())
                : message;
    }

    /** Work on a repository or a database that may fail as such work does. */
    interface Fallible<T> {
        T run() throws IOException, SQLException, InterruptedException;
    }

    /** Runs work for a caller; whatever it throws arrives as a {@link BackupException}. */
    static <T> T forCaller(Fallible<T> work) {
        try {
            return work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException.Unavailable("interrupted while waiting", RETRY, e);
        } catch (IOException | SQLException | UncheckedIOException e) {
            throw toCaller(e);
        }
    }
}
