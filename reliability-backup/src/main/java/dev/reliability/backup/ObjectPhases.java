package dev.reliability.backup;

import dev.reliability.backup.encryption.Encryption;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.objects.BlobWriting;
import dev.reliability.backup.objects.ObjectSurvey;
import dev.reliability.backup.objects.StorageRestore;
import dev.reliability.backup.repository.Journal;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** The objects' side of a restore, for whoever began it and for whoever ends it after a crash. */
final class ObjectPhases {
    private final StorageRestore restore;
    private final ObjectStore objects;
    private final Repository repository;
    private final ObjectStore store;
    private final Encoding encoding;
    private final String operation;
    private final boolean encrypted;
    private final String replacedRefs;

    /** @param index the objects that are to be there afterwards */
    ObjectPhases(Parts parts, Artifact index, Repository repository, Lease lease, String operation) throws IOException {
        this.repository = repository;
        this.store = repository.store();
        this.objects = parts.requireObjects();
        Encryption encryption = parts.encryption();
        this.encoding = new Encoding(Compression.GZIP, encryption.writing());
        this.operation = operation;
        this.encrypted = index.isEncrypted();
        this.replacedRefs = Layout.replacedRefs(operation, lease.epoch());
        this.restore = new StorageRestore(
                objects,
                store,
                index,
                encryption.identities(),
                BlobWriting.of(repository, lease, encryption.writing()));
    }

    void prove(LongConsumer progress) throws IOException {
        restore.prove(progress);
    }

    /**
     * Before anything is written.
     *
     * @param bytes what all objects of the backup take: where there is room for them, nothing has to be looked for
     * @throws BackupException.NoSpace what is missing is known not to fit
     */
    void requireRoom(long bytes, BooleanSupplier goesOn) throws IOException {
        OptionalLong free = objects.freeBytes();
        if (free.isEmpty() || free.getAsLong() >= bytes) {
            return;
        }
        Optional<ObjectSurvey> survey = restore.survey(goesOn);
        Optional<String> lack = survey.isEmpty() ? Optional.empty() : ObjectRoom.lack(objects, survey.get());
        if (lack.isPresent()) {
            throw new BackupException.NoSpace(lack.get(), null);
        }
    }

    long writeMissing(LongConsumer progress) throws IOException {
        return restore.writeMissing(progress);
    }

    /**
     * Saves what will be replaced, once, then replaces it. After a crash the journal may name a list: then the first
     * attempt has saved everything, as nothing is replaced before it is named.
     */
    long replaceDiffering(boolean mirror, Journal journal, LongConsumer progress) throws IOException {
        if (ReplacedList.in(journal.steps()).isEmpty()) {
            if (encrypted && !encoding.keyset().encrypts()) {
                OperationLog.savedAsItIs(operation);
            }
            introduce();
            removeUnnamed();
            StorageRestore.Saved saved =
                    restore.saveReplaced(Layout.replaced(operation, encoding), encoding, replacedRefs, mirror);
            journal.append(ReplacedList.SAVED, new ReplacedList(saved.list(), saved.objects()).facts());
        }
        return restore.replaceDiffering(mirror, progress);
    }

    /** What is saved is encrypted too, and may be the first that is. */
    private void introduce() throws IOException {
        boolean unused = repository.keysets().introduce(encoding.keyset());
    }

    /** A list that a crash kept out of the journal; also one by a process that encrypted to somebody else. */
    private void removeUnnamed() throws IOException {
        for (String list : Layout.replaced(operation)) {
            store.delete(list);
        }
    }
}
