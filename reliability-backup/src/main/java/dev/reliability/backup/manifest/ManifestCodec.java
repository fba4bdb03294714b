package dev.reliability.backup.manifest;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.Seal.Proof;

/**
 * Writes and reads manifests as sealed JSON, described in {@code docs/backup-format.md}. Immutable; safe for use by
 * any thread.
 */
public final class ManifestCodec {
    /** The number of the format that is written and read. */
    public static final int FORMAT = 1;

    /** No manifest is longer, in bytes; a longer file in its place is not read at all. */
    public static final int MAX_BYTES = 64 << 20;

    private final Seal seal;

    /** @param keys the first one signs, any of them is trusted */
    public ManifestCodec(SigningKeys keys) {
        this.seal = new Seal(keys);
    }

    /** The whole document. The same manifest and key give the same bytes. */
    public byte[] write(Manifest manifest) {
        return seal.close(Json.openDocument(out -> ManifestJson.write(manifest, out)));
    }

    /** Reads a document and says what it is; never throws for what is in it. */
    public ManifestReading read(byte[] document) {
        try {
            return read(document, JsonObject.parse(document));
        } catch (JsonFault e) {
            // A manifest that was cut off or damaged is rarely JSON: its seal names that better than the parser does.
            return seal.check(document) instanceof Proof.Broken broken
                    ? new ManifestReading.Changed(broken.reason())
                    : new ManifestReading.Changed(e.getMessage());
        }
    }

    private ManifestReading read(byte[] document, JsonObject json) throws JsonFault {
        long format = json.number("format");
        if (format != FORMAT) {
            return new ManifestReading.UnknownFormat(Long.toString(format));
        }
        Proof proof = seal.check(document);
        if (proof instanceof Proof.Broken broken) {
            return new ManifestReading.Changed(broken.reason());
        }
        json.textOrNull("hmac");
        json.text("sha256");
        Manifest manifest = ManifestJson.read(json);
        return proof instanceof Proof.Stranger stranger
                ? new ManifestReading.Unsigned(manifest, stranger.reason())
                : new ManifestReading.Intact(manifest, ((Proof.Ours) proof).signed());
    }
}
