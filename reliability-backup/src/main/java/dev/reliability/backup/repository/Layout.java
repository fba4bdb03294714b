package dev.reliability.backup.repository;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every key of a repository. The table is in {@code docs/backup-format.md}.
 *
 * <p>A method that takes an id refuses a text that is not one: what comes from outside never becomes part of a key
 * unseen.
 */
public final class Layout {
    /** The largest number in the name of a blob. */
    public static final long LARGEST_NUMBER = 999_999_999_999_999_999L;

    /** All blobs. */
    public static final String BLOBS = "blobs/";

    /** The lists of objects that restores replaced. */
    public static final String REPLACED = ".repository/replaced/";

    /** Which format the repository has. */
    public static final String FORMAT = ".repository/format.json";

    /** All that is neither a backup's own nor a blob. */
    static final String STATE = ".repository/";

    static final String CLOCK = ".repository/clock";
    static final String LEASES = ".repository/lease/";
    static final String OPERATIONS = ".repository/operations/";
    static final String JOURNALS = ".repository/journal/";
    static final String TRASH = ".repository/trash/";
    static final String SCHEDULE = ".repository/schedule/";
    static final String VERIFY_SCHEDULE = ".repository/verify-schedule/";
    static final String DELETIONS = ".repository/deletions/";
    static final String KEYSETS = ".repository/keysets/";
    static final String FACTS = ".repository/facts/";

    private static final Pattern MANIFEST =
            Pattern.compile("database/backup_([0-9_]+)\\.json|(?:storage|full)/([0-9_]+)/manifest\\.json");
    private static final String REFS_SUFFIX = ".refs.gz";
    private static final String GLOBALS = "globals.sql";
    private static final String OBJECTS = "objects.jsonl";
    private static final Pattern OF_BACKUP =
            Pattern.compile("(database)/backup_([0-9_]+)\\.[a-z.]+|(storage|full)/([0-9_]+)/[a-z.]+");
    private static final Pattern BLOB =
            Pattern.compile(BLOBS + "(plain|[0-9a-f]{16})/([0-9a-f]{2})/(\\2[0-9a-f]{62})(?:_[0-9]{1,18})?");
    private static final Pattern REPLACED_LIST = Pattern.compile(Pattern.quote(REPLACED)
            + "op_[0-9]{8}_[0-9]{6}_[0-9a-f]{6}(?:\\.[0-9]{12}\\.refs\\.gz|\\.jsonl\\.[a-z.]+)");
    private static final Pattern TRASH_LIST = Pattern.compile(Pattern.quote(TRASH) + "([0-9]{12})\\.jsonl");
    private static final Pattern OPERATION = Pattern.compile("op_[0-9]{8}_[0-9]{6}_[0-9a-f]{6}");
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmm", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private Layout() {}

    /**
     * Where a manifest lies.
     *
     * @param type the type of its backup
     * @param id the id of its backup
     */
    public record Place(BackupType type, String id) {}

    /** The manifest of a backup. */
    public static String manifest(BackupType type, String id) {
        return type == BackupType.DATABASE ? named(type, id, "json") : named(type, id, "manifest.json");
    }

    /** Whose manifest lies under this key; empty if the key is not a manifest's. */
    public static Optional<Place> placeOf(String key) {
        Matcher matcher = MANIFEST.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String id = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return BackupType.of(key.substring(0, key.indexOf('/')))
                .filter(type -> BackupId.isValid(id))
                .map(type -> new Place(type, id));
    }

    /** Which backup this manifest or artifact belongs to; empty if the key is neither. */
    public static Optional<Place> backupOf(String key) {
        Matcher matcher = OF_BACKUP.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean database = matcher.group(1) != null;
        String id = matcher.group(database ? 2 : 4);
        return BackupType.of(matcher.group(database ? 1 : 3))
                .filter(type -> BackupId.isValid(id))
                .filter(type ->
                        key.equals(manifest(type, id)) || artifacts(type, id).contains(key))
                .map(type -> new Place(type, id));
    }

    /** pg_dump's SQL. */
    public static String dump(BackupType type, String id, Encoding encoding) {
        if (!type.hasDatabase()) {
            throw new IllegalArgumentException("a " + type.wireName() + " backup has no dump");
        }
        return named(type, id, dump(type) + encoding.suffix());
    }

    private static String dump(BackupType type) {
        return type == BackupType.DATABASE ? "sql" : "database.sql";
    }

    /** The roles of the server. */
    public static String globals(String id, Encoding encoding) {
        return named(BackupType.FULL, id, GLOBALS + encoding.suffix());
    }

    /** One JSON line an object. */
    public static String objects(BackupType type, String id, Encoding encoding) {
        return ofStorage(type, id, OBJECTS + encoding.suffix());
    }

    /** The names and stored hashes of the blobs that a backup uses; always by {@link Encoding#GZIP}. */
    public static String refs(BackupType type, String id) {
        return ofStorage(type, id, "refs" + Encoding.GZIP.suffix());
    }

    /** Every key that can belong to this backup alone, whatever its encoding, without its manifest. */
    public static List<String> artifacts(BackupType type, String id) {
        List<String> keys = new ArrayList<>();
        for (String suffix : Encoding.suffixes()) {
            if (type.hasDatabase()) {
                keys.add(named(type, id, dump(type) + suffix));
            }
            if (type == BackupType.FULL) {
                keys.add(named(type, id, GLOBALS + suffix));
            }
            if (type.hasStorage()) {
                keys.add(named(type, id, OBJECTS + suffix));
            }
        }
        if (type.hasStorage()) {
            keys.add(refs(type, id));
        }
        return keys;
    }

    /** The folder of a backup; of a database backup, which has none of its own, the place of its manifest. */
    public static String place(BackupType type, String id) {
        return type == BackupType.DATABASE ? manifest(type, id) : type.wireName() + "/" + requireId(id);
    }

    /** The blobs of a keyset lie under this prefix. */
    public static String blobs(String keyset) {
        return BLOBS + keyset + "/";
    }

    /**
     * The blob of a content.
     *
     * @param keyset the id of a keyset
     * @param name of the content in it, 64 hexadecimal digits in lower case
     */
    public static String blob(String keyset, String name) {
        if (!SHA256.matcher(name).matches()) {
            throw new IllegalArgumentException("not 64 hexadecimal digits: " + name);
        }
        return blobs(keyset) + name.substring(0, 2) + "/" + name;
    }

    /**
     * Whether a blob may have this key whose stored bytes have this hash. Where contents are not encrypted the name is the
     * hash: what is not called so would pass for other content.
     */
    public static boolean isBlobOf(String key, String sha256) {
        Matcher matcher = BLOB.matcher(key);
        return matcher.matches()
                && (!matcher.group(1).equals(Keyset.PLAIN_ID)
                        || matcher.group(3).equals(sha256));
    }

    /**
     * Another name for a blob: for a writer that finds the usual one in a trash list, and for each encrypted one.
     *
     * @param number what no other has: the writer's epoch, or any from 1 to {@link #LARGEST_NUMBER}
     */
    public static String numbered(String blob, long number) {
        return blob + "_" + number;
    }

    /** The usual name of a blob that may have a numbered one. */
    public static String first(String blob) {
        int underscore = blob.indexOf('_');
        return underscore < 0 ? blob : blob.substring(0, underscore);
    }

    /**
     * The number in a blob's name; 0 if it has none.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static long numberOf(String blob) {
        int underscore = blob.indexOf('_');
        return underscore < 0 ? 0 : Long.parseLong(blob.substring(underscore + 1));
    }

    /** Whether a blob's bytes are its content's. */
    public static boolean isPlainBlob(String blob) {
        return blob.startsWith(blobs(Keyset.PLAIN_ID));
    }

    /** Whether this is the key of a blob of any keyset. */
    public static boolean isBlob(String key) {
        return BLOB.matcher(key).matches();
    }

    /** The SHA-256 of the bytes of this blob, where its name tells it: where they are not encrypted. */
    public static Optional<String> sha256OfBlob(String key) {
        Matcher matcher = BLOB.matcher(key);
        return matcher.matches() && matcher.group(1).equals(Keyset.PLAIN_ID)
                ? Optional.of(matcher.group(3))
                : Optional.empty();
    }

    /** The list of objects that a restore replaced, in the form of a backup's index: their blobs are kept for undo. */
    public static String replaced(String operationId, Encoding encoding) {
        return REPLACED + requireOperation(operationId) + ".jsonl" + encoding.suffix();
    }

    /** Every key that the list of {@link #replaced} can have, whatever its encoding. */
    public static List<String> replaced(String operationId) {
        return Encoding.suffixes().stream()
                .map(suffix -> REPLACED + requireOperation(operationId) + ".jsonl" + suffix)
                .toList();
    }

    /**
     * The list of the blobs of what a restore replaced, by one attempt of it: their names and hashes, readable for everybody.
     *
     * @param epoch of the attempt
     */
    public static String replacedRefs(String operationId, long epoch) {
        return REPLACED + requireOperation(operationId) + "." + padded(epoch) + REFS_SUFFIX;
    }

    /** Whether a key under {@link #REPLACED} is a list of blobs. */
    public static boolean isReplacedRefs(String key) {
        return key.endsWith(REFS_SUFFIX);
    }

    /** Whether this is the key of a list of what a restore replaced, of either kind. */
    static boolean isReplaced(String key) {
        return REPLACED_LIST.matcher(key).matches();
    }

    /** Whether this text has the form of an operation's id. */
    public static boolean isOperation(String text) {
        return OPERATION.matcher(text).matches();
    }

    /** All manifests of a type lie under this prefix, among other keys. */
    static String folder(BackupType type) {
        return type.wireName() + "/";
    }

    /** Who claimed an id. */
    public static String id(String id) {
        return ".repository/ids/" + requireId(id);
    }

    static String lease(long epoch) {
        return LEASES + padded(epoch);
    }

    static String beat(long epoch) {
        return lease(epoch) + ".beat";
    }

    static String trash(long epoch) {
        return TRASH + padded(epoch) + ".jsonl";
    }

    static String operation(String operationId) {
        return OPERATIONS + requireOperation(operationId) + ".json";
    }

    /** Which backup an operation makes. Unlike its record it is written once. */
    static String claim(String operationId) {
        return OPERATIONS + requireOperation(operationId) + ".backup";
    }

    /** Says that an operation shall end. Written by whoever asks for that, read by the owner of the operation. */
    static String cancel(String operationId) {
        return OPERATIONS + requireOperation(operationId) + ".cancel";
    }

    static String journal(String operationId) {
        return JOURNALS + requireOperation(operationId) + ".json";
    }

    /** Says that a trash list was worked off. */
    static String trashDone(long epoch) {
        return TRASH + padded(epoch) + ".done";
    }

    /** What a later holder of the lease adds to the journal of an operation. */
    static String journal(String operationId, long epoch) {
        return journalPrefix(operationId) + padded(epoch) + ".json";
    }

    static String journalPrefix(String operationId) {
        return JOURNALS + requireOperation(operationId) + ".";
    }

    static Optional<String> operationOfJournal(String key) {
        String name = key.substring(JOURNALS.length());
        int dot = name.indexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(name.substring(0, dot)).filter(Layout::isOperation);
    }

    /** The epoch of a trash list; empty if the key is not one. */
    static Optional<Long> epochOfTrash(String key) {
        Matcher matcher = TRASH_LIST.matcher(key);
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }

    /**
     * The claim of a fire time, which is a whole minute.
     *
     * @param schedule {@link #SCHEDULE} or {@link #VERIFY_SCHEDULE}
     */
    static String fireTime(String schedule, Instant fireTime) {
        return schedule + MINUTE.format(fireTime.atOffset(ZoneOffset.UTC));
    }

    /** Which fire time is claimed under this key of a schedule; empty if the key is no claim's. */
    static Optional<Instant> fireTimeOf(String schedule, String key) {
        try {
            return Optional.of(LocalDateTime.parse(key.substring(schedule.length()), MINUTE)
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException foreign) {
            return Optional.empty();
        }
    }

    static String facts(String id) {
        return FACTS + requireId(id) + "/";
    }

    /**
     * What was learned of a backup.
     *
     * @param kind of fact
     * @param time in the form of an id
     */
    static String fact(String id, String kind, String time) {
        return facts(id) + kind + "-" + requireId(time) + ".json";
    }

    /** To whom a keyset is encrypted. */
    public static String keyset(String keyset) {
        return KEYSETS + keyset + ".json";
    }

    /** What an identity of the keyset opens. */
    public static String canary(String keyset) {
        return KEYSETS + keyset + ".canary.age";
    }

    /** Its time of writing is when an identity last opened the canary. */
    static String keysetChecked(String keyset) {
        return KEYSETS + keyset + ".checked";
    }

    static String deletion(String id) {
        return DELETIONS + requireId(id);
    }

    private static String ofStorage(BackupType type, String id, String name) {
        if (!type.hasStorage()) {
            throw new IllegalArgumentException("a " + type.wireName() + " backup has no objects");
        }
        return named(type, id, name);
    }

    private static String named(BackupType type, String id, String name) {
        return type == BackupType.DATABASE
                ? "database/backup_" + requireId(id) + "." + name
                : type.wireName() + "/" + requireId(id) + "/" + name;
    }

    /** Keys are listed in the order of their text. */
    private static String padded(long epoch) {
        return String.format(Locale.ROOT, "%012d", epoch);
    }

    private static String requireId(String id) {
        if (!BackupId.isValid(id)) {
            throw new IllegalArgumentException("not the id of a backup");
        }
        return id;
    }

    private static String requireOperation(String id) {
        if (!isOperation(id)) {
            throw new IllegalArgumentException("not the id of an operation");
        }
        return id;
    }
}
