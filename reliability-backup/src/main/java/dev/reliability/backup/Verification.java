package dev.reliability.backup;

import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Facts;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.verify.Verifier;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Verifies one backup or the whole repository, and puts on record how it ended. For one use. */
final class Verification {
    /** So many findings are in the sentence; each has a line of its own in the log. */
    private static final int TOLD = 3;

    private final Repository repository;
    private final RunningOperation operation;
    private final VerifyLevel level;
    private final Rehearsal rehearsal;
    private final Consumer<Finding> each;
    private final List<Finding> first = new ArrayList<>();
    private long harmful;
    private long foreign;

    /** @param each told of each finding, on the operation's thread */
    Verification(
            Parts parts, Repository repository, RunningOperation operation, VerifyLevel level, Consumer<Finding> each) {
        this.rehearsal = new Rehearsal(parts, repository, operation);
        this.repository = repository;
        this.operation = operation;
        this.level = level;
        this.each = each;
    }

    /** @param expectedBytes what it takes to restore it */
    OperationRunner.Result backup(Place backup, long expectedBytes) throws IOException {
        Verifier verifier = new Verifier(repository, progress(expectedBytes), this::found);
        conclude(backup, verifier.backup(backup));
        return result("backup " + backup.id(), "backup " + backup.id() + " is whole", verifier);
    }

    OperationRunner.Result repository() throws IOException {
        long[] backups = {0};
        Verifier verifier = new Verifier(repository, progress(storedBytes()), this::found);
        verifier.repository((backup, findings) -> {
            backups[0]++;
            conclude(backup, findings);
        });
        return result("the repository", "the repository is whole: " + backups[0] + " backups", verifier);
    }

    private void conclude(Place backup, long damaged) throws IOException {
        long findings = damaged == 0 && level == VerifyLevel.TEST_RESTORE ? rehearse(backup) : damaged;
        repository
                .facts()
                .add(
                        operation.lease(),
                        new Facts.Verified(
                                backup.id(),
                                level,
                                findings,
                                operation.id(),
                                operation.status().requestedBy()));
    }

    private long rehearse(Place backup) throws IOException {
        // One that can not be trusted would have been found before, and its SQL is run by nobody.
        if (!(repository.catalog().manifest(backup).orElse(null) instanceof ManifestReading.Intact intact)) {
            throw new IllegalStateException("backup " + backup.id() + " changed while it was verified");
        }
        if (!intact.manifest().status().exists()) {
            return 0;
        }
        Optional<Finding> finding = rehearsal.run(intact);
        finding.ifPresent(this::found);
        return finding.isPresent() ? 1 : 0;
    }

    private OperationRunner.Result result(String what, String whole, Verifier verifier) {
        String beside = foreign == 0 ? "" : "; " + foreign + " foreign files are left alone";
        if (harmful == 0) {
            return OperationRunner.Result.completed(
                    whole + ", " + verifier.bytesRead() + " bytes read again and compared" + rehearsal.told() + beside);
        }
        String named = first.stream().map(Finding::toString).collect(Collectors.joining("; "));
        String more = harmful > first.size() ? "; and " + (harmful - first.size()) + " more" : "";
        throw new BackupException.Damaged(what + " is not whole: " + named + more + beside, null);
    }

    private void found(Finding finding) {
        OperationLog.found(operation.status(), finding);
        if (!finding.harms()) {
            foreign++;
        } else if (++harmful <= TOLD) {
            first.add(finding);
        }
        each.accept(finding);
    }

    private LongConsumer progress(long total) {
        return bytes -> {
            operation.lease().requireHeld();
            operation.update("verifying", bytes, total, "");
        };
    }

    private long storedBytes() throws IOException {
        try (Stream<ObjectInfo> all = repository.store().list("")) {
            return all.mapToLong(ObjectInfo::size).sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
