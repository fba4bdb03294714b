package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Decompression;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads which blobs a backup uses. */
public final class Refs {
    private Refs() {}

    /** Takes a blob. */
    @FunctionalInterface
    public interface Action {
        /** What it throws ends the reading. */
        void accept(BlobRef blob) throws IOException;
    }

    /**
     * Hands over each blob, in the order of the file, with memory that does not grow.
     *
     * @param refs the artifact as the manifest has it
     * @throws DamagedException if the file is missing or is not what the manifest says; what was handed over by then
     *     means nothing
     */
    public static void read(ObjectStore store, Artifact refs, Action each) throws IOException {
        read(store.location(refs.key()), Artifacts.open(store, refs, null), each);
    }

    /**
     * The same for a list that no manifest names, whose hash is not known.
     *
     * @throws IOException if it is not gzip, or one of its lines names no blob
     */
    public static void readUnproven(ObjectStore store, String key, Action each) throws IOException {
        read(store.location(key), Decompression.open(Encoding.GZIP.compression(), store.get(key)), each);
    }

    private static void read(String location, InputStream refs, Action each) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(refs, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                each.accept(BlobRef.parse(line)
                        .orElseThrow(() -> new DamagedException(location + " has a line that names no blob")));
            }
        }
    }
}
