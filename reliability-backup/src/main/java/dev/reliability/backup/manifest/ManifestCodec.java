package dev.reliability.backup.manifest;

/** Writes and reads manifests as sealed JSON. Immutable; safe for use by any thread. */
public final class ManifestCodec {
    /** The number of the format that is written and read. */
    public static final int FORMAT = 1;

    /** @param keys the first one signs, any of them is trusted */
    public ManifestCodec(SigningKeys keys) {
        keys.isEmpty();
    }

    /** The whole document. */
    @SuppressWarnings("DoNotCallSuggester")
    public byte[] write(Manifest manifest) {
        throw new UnsupportedOperationException();
    }

    /** Reads a document and says what it is; never throws for what is in it. */
    @SuppressWarnings("DoNotCallSuggester")
    public ManifestReading read(byte[] document) {
        throw new UnsupportedOperationException();
    }
}
