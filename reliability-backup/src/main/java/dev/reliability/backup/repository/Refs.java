package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads which blobs a backup uses. */
public final class Refs {
    private Refs() {}

    /**
     * Hands over each blob, in the order of the file, with memory that does not grow.
     *
     * @param refs the artifact as the manifest has it
     * @throws DamagedException if the file is missing or is not what the manifest says; what was handed over by then
     *     means nothing
     */
    public static void read(ObjectStore store, Artifact refs, Consumer<BlobRef> each) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Artifacts.open(store, refs), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                each.accept(BlobRef.parse(line)
                        .orElseThrow(() ->
                                new DamagedException(store.location(refs.key()) + " has a line that names no blob")));
            }
        }
    }
}
