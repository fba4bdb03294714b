package dev.reliability.backup.repository;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.encryption.WrongIdentityException;
import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Decryption;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * To whom this repository was ever encrypted, each with a canary: a few random bytes that whoever keeps the identity can
 * prove to open, long before the night on which a backup has to be. Safe for use by any thread.
 */
public final class Keysets {
    private static final int CANARY_BYTES = 32;
    private static final int LONGEST_CANARY = 1024;
    private static final Pattern KEY = Pattern.compile(Pattern.quote(Layout.KEYSETS) + "([0-9a-f]{16})\\.json");

    private final Documents documents;
    private final SecureRandom random = new SecureRandom();

    Keysets(Documents documents) {
        this.documents = documents;
    }

    /**
     * A keyset that the repository knows.
     *
     * @param id see {@link Keyset#id()}
     * @param recipients its age recipients
     * @param createdAt when it was first used, by the repository's clock
     * @param checkedAt when an identity last opened its canary; null if never
     */
    public record Known(
            String id,
            List<String> recipients,
            Instant createdAt,
            @Nullable Instant checkedAt) {
        public Known {
            recipients = List.copyOf(recipients);
        }
    }

    /** What came of trying identities on a canary. */
    public enum Outcome {
        /** One of them opened it. */
        OPENS,
        /** It is encrypted to others. */
        CLOSED,
        /** It is not what was written, so that nobody can tell. */
        DAMAGED
    }

    /**
     * What came of trying identities on a keyset.
     *
     * @param words what is wrong with the canary; empty if nothing is
     */
    public record Check(Known keyset, Outcome outcome, String words) {}

    /**
     * Writes a keyset down, with its canary, unless it is known. To be called by the holder of the lease, before anything
     * is written in it.
     *
     * @return whether this is its first use; false for a keyset that does not encrypt
     */
    public boolean introduce(Keyset keyset) throws IOException {
        Recipients recipients = keyset.recipients();
        if (recipients == null
                || documents.store().head(Layout.keyset(keyset.id())).isPresent()) {
            return false;
        }
        byte[] canary = new byte[CANARY_BYTES];
        random.nextBytes(canary);
        byte[] text = (HexFormat.of().formatHex(canary) + "\n").getBytes(StandardCharsets.US_ASCII);
        ObjectBody encrypted = out -> {
            try (OutputStream plain = keyset.storing(out)) {
                plain.write(text);
            }
        };
        // Before the document that names it; one that is there was left by a writer that died in between.
        documents.store().put(Layout.canary(keyset.id()), ObjectAttributes.NONE, encrypted);
        return documents.create(Layout.keyset(keyset.id()), Json.document(out -> {
            Json.texts(out, "recipients", recipients.list());
            Json.text(out, "canary_sha256", Sha256.hex(text, text.length));
        }));
    }

    /** All that were ever used, by their ids. */
    public List<Known> list() throws IOException {
        List<Known> all = new ArrayList<>();
        for (Document document : documents()) {
            all.add(document.known());
        }
        return all;
    }

    /**
     * Tries to open the canary of each keyset, and notes when one was opened.
     *
     * @throws DamagedException if the document of a keyset can not be read
     */
    public List<Check> check(Identities identities) throws IOException {
        List<Check> checks = new ArrayList<>();
        for (Document document : documents()) {
            checks.add(check(document, identities));
        }
        return checks;
    }

    private Check check(Document document, Identities identities) throws IOException {
        Known known = document.known();
        try {
            if (!opens(document, identities)) {
                return new Check(known, Outcome.CLOSED, "");
            }
        } catch (DamagedException damaged) {
            return new Check(known, Outcome.DAMAGED, String.valueOf(damaged.getMessage()));
        }
        documents.store().put(Layout.keysetChecked(known.id()), ObjectAttributes.NONE, ObjectBody.of(new byte[0]));
        return new Check(read(document.file()).known(), Outcome.OPENS, "");
    }

    private boolean opens(Document document, Identities identities) throws IOException {
        String key = Layout.canary(document.known().id());
        String location = documents.store().location(key);
        try (InputStream stored = documents.store().get(key);
                InputStream plain = Decryption.open(stored, identities, location)) {
            byte[] text = plain.readNBytes(LONGEST_CANARY);
            if (!Sha256.hex(text, text.length).equals(document.canarySha256())) {
                throw new DamagedException(location + " opens, and is not the canary that was written");
            }
            return true;
        } catch (WrongIdentityException notTheirs) {
            return false;
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(location + " is missing", missing);
        }
    }

    private record Document(ObjectInfo file, Known known, String canarySha256) {}

    private List<Document> documents() throws IOException {
        List<Document> all = new ArrayList<>();
        for (ObjectInfo file : documents.list(Layout.KEYSETS)) {
            if (KEY.matcher(file.key()).matches()) {
                all.add(read(file));
            }
        }
        return all;
    }

    private Document read(ObjectInfo file) throws IOException {
        Matcher key = KEY.matcher(file.key());
        if (!key.matches()) {
            throw new IllegalArgumentException(file.key());
        }
        String id = key.group(1);
        String location = documents.store().location(file.key());
        try {
            byte[] bytes = documents
                    .read(file.key())
                    .orElseThrow(() -> new DamagedException(location + " was listed and is not there"));
            JsonObject json = JsonObject.parse(bytes);
            Optional<Instant> checked =
                    documents.store().head(Layout.keysetChecked(id)).map(ObjectInfo::lastModified);
            Known known = new Known(id, json.texts("recipients"), file.lastModified(), checked.orElse(null));
            return new Document(file, known, json.text("canary_sha256"));
        } catch (JsonFault e) {
            throw new DamagedException(location + " is damaged: " + e.getMessage(), e);
        }
    }
}
