package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A store with backups in it, and everything that is known about them. Safe for use by any thread. */
public final class Repository {
    /** The number of the layout that is written and read. */
    public static final int FORMAT = 1;

    private final Documents documents;
    private final SigningKeys keys;
    private final Leases leases;
    private final Operations operations;
    private final BackupIds ids;
    private final Catalog catalog;
    private final Recovery recovery;
    private final Journals journals;
    private final Sweep sweep;
    private final Keysets keysets;
    private final ScheduleClaims schedule;
    private final ScheduleClaims verifySchedule;
    private final Facts facts;
    private final Structure structure;

    private Repository(
            Documents documents,
            SigningKeys keys,
            TimeSource time,
            String host,
            LeaseRules rules,
            Clockwork clockwork) {
        this.documents = documents;
        this.keys = keys;
        this.leases = new Leases(documents, time, host, rules, clockwork);
        this.operations = new Operations(documents, time, host);
        this.ids = new BackupIds(documents);
        Manifests manifests = new Manifests(documents, ids, keys);
        Deletions deletions = new Deletions(documents, ids, operations);
        this.facts = new Facts(documents, keys);
        this.catalog = new Catalog(documents, manifests, operations, ids, deletions, facts);
        this.recovery = new Recovery(documents, ids, manifests, operations, deletions);
        this.journals = new Journals(documents, keys, time);
        this.sweep = new Sweep(documents, manifests);
        this.keysets = new Keysets(documents);
        this.schedule = new ScheduleClaims(documents, Layout.SCHEDULE, host);
        this.verifySchedule = new ScheduleClaims(documents, Layout.VERIFY_SCHEDULE, host);
        this.structure = new Structure(
                documents, manifests, ids, operations, new StateFiles(documents, manifests, journals, facts));
    }

    /**
     * Opens the repository in this store, and makes one if there is none.
     *
     * @param host how this machine or pod is called in leases and records
     * @throws BackupException.Refused if it has a format that this version does not know
     * @throws BackupException.Damaged if what says its format can not be read
     */
    public static Repository open(ObjectStore store, SigningKeys keys, TimeSource time, String host)
            throws IOException {
        return open(store, keys, time, host, LeaseRules.STANDARD, Clockwork.threads());
    }

    static Repository open(
            ObjectStore store, SigningKeys keys, TimeSource time, String host, LeaseRules rules, Clockwork clockwork)
            throws IOException {
        Documents documents = new Documents(store);
        if (documents.read(Layout.FORMAT).isEmpty()) {
            if (isInUse(documents) && documents.read(Layout.FORMAT).isEmpty()) {
                throw new BackupException.Damaged(
                        store.location(Layout.FORMAT) + " is missing, and other files of a repository are there;"
                                + " restore this file, nothing is read or written without it",
                        null);
            }
            documents.create(Layout.FORMAT, formatDocument());
        }
        requireFormat(documents);
        return new Repository(documents, keys, time, host, rules, clockwork);
    }

    /** The format is written first of all: whoever finds another file of ours after it was not there has lost it. */
    private static boolean isInUse(Documents documents) throws IOException {
        try (Stream<ObjectInfo> state = documents.store().list(Layout.STATE)) {
            return state.findAny().isPresent();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void requireFormat(Documents documents) throws IOException {
        String place = documents.store().location(Layout.FORMAT);
        byte[] bytes = documents
                .read(Layout.FORMAT)
                .orElseThrow(() -> new BackupException.Damaged(
                        place + " was just written and is not there: the store does not keep what it is given", null));
        try {
            requireFormat(bytes, "the repository", place);
        } catch (JsonFault e) {
            throw new BackupException.Damaged(
                    place + " does not say which format the repository has: " + e.getMessage()
                            + "; restore this file, nothing is read or written without it",
                    e);
        }
    }

    /** What lies under {@link Layout#FORMAT}. */
    public static byte[] formatDocument() {
        return Json.document(out -> out.writeNumberField("format", FORMAT));
    }

    /**
     * Checks what lies under {@link Layout#FORMAT}.
     *
     * @param what has this format
     * @param place of the document, for the error
     * @throws JsonFault if it says nothing of a format
     * @throws BackupException.Refused if this version does not know the format
     */
    public static void requireFormat(byte[] document, String what, String place) throws JsonFault {
        long format = JsonObject.parse(document).number("format");
        if (format != FORMAT) {
            String reason = what + " has format " + format + " (" + place + "), this version knows " + FORMAT;
            throw new BackupException.Refused(reason + "; use the version that wrote it", List.of(reason));
        }
    }

    /** The store. */
    public ObjectStore store() {
        return documents.store();
    }

    /** The time by the repository's clock, which all its writers share: that of an object just made. */
    public Instant now() throws IOException {
        return documents.now();
    }

    /** Whether manifests are signed, and only signed ones trusted. */
    public boolean signs() {
        return !keys.isEmpty();
    }

    /** Who may write. */
    public Leases leases() {
        return leases;
    }

    /** What runs and ran. */
    public Operations operations() {
        return operations;
    }

    /** The ids of new backups. */
    public BackupIds ids() {
        return ids;
    }

    /** Which backups there are. */
    public Catalog catalog() {
        return catalog;
    }

    /** What a new holder of the lease does first. */
    public Recovery recovery() {
        return recovery;
    }

    /** The steps of restores. */
    public Journals journals() {
        return journals;
    }

    /** Who makes the scheduled backup of which fire time. */
    public ScheduleClaims schedule() {
        return schedule;
    }

    /** Who does the scheduled verification of which fire time. */
    public ScheduleClaims verifySchedule() {
        return verifySchedule;
    }

    /**
     * When it was made, by the store's clock.
     *
     * @throws ObjectNotFoundException if what says its format is gone
     */
    public Instant madeAt() throws IOException {
        return documents
                .store()
                .head(Layout.FORMAT)
                .map(ObjectInfo::lastModified)
                .orElseThrow(() -> new ObjectNotFoundException(
                        Layout.FORMAT, documents.store().location(Layout.FORMAT), null));
    }

    /** What removes blobs. */
    public Sweep sweep() {
        return sweep;
    }

    /** To whom it was ever encrypted. */
    public Keysets keysets() {
        return keysets;
    }

    /** What was learned of backups after they were made. */
    public Facts facts() {
        return facts;
    }

    /** What lies here, held against what should. */
    public Structure structure() {
        return structure;
    }
}
