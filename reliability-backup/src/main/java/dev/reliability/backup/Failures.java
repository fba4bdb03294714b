package dev.reliability.backup;

import dev.reliability.backup.repository.LeaseLostException;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Turns what the parts throw into what a caller is told. */
final class Failures {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private Failures() {}

    /** Work on a repository or a database that may fail as such work does. */
    interface Fallible<T> {
        T run() throws IOException, SQLException, InterruptedException;
    }

    /** Runs work for a caller; what fails arrives as a {@link BackupException}. */
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

    private static BackupException toCaller(Exception thrown) {
        Throwable failure = unwrap(thrown);
        String sentence = sentence(failure);
        if (failure instanceof DamagedException) {
            return new BackupException.Damaged(sentence, failure);
        }
        if (failure instanceof NoSpaceException) {
            return new BackupException.NoSpace(sentence, failure);
        }
        return new BackupException.Unavailable(
                failure instanceof SQLException ? "the database: " + sentence : sentence, RETRY, failure);
    }

    /** What to throw to a caller who waited for an operation that did not complete. */
    static BackupException ofEnded(OperationStatus ended) {
        String message = ended.message();
        return switch (ended.error() == null ? "" : ended.error()) {
            case "damaged" -> new BackupException.Damaged(message, null);
            case "no_space" -> new BackupException.NoSpace(message, null);
            case "refused" -> new BackupException.Refused(message, List.of());
            default -> new BackupException.Unavailable(message, RETRY, null);
        };
    }

    /** The error code of what ended an operation. */
    static String code(Throwable thrown) {
        Throwable failure = unwrap(thrown);
        if (failure instanceof LeaseLostException) {
            return "lease_lost";
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
        if (failure instanceof BackupException
                || failure instanceof ObjectStoreException
                || failure instanceof SQLException) {
            return "unavailable";
        }
        return "internal";
    }

    /** One sentence for people, with the reasons of a refusal. */
    static String sentence(Throwable thrown) {
        Throwable failure = unwrap(thrown);
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return failure instanceof BackupException.Refused refused
                        && !refused.reasons().isEmpty()
                ? message + ": " + String.join("; ", refused.reasons())
                : message;
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown instanceof UncheckedIOException ? thrown.getCause() : null;
        return cause == null ? thrown : cause;
    }
}
