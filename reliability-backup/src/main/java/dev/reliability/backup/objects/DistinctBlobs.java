package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.repository.Refs;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The blobs of a backup, each once, in the order in which {@code refs.gz} first names them: objects of one content share
 * a blob, and it names that for each of them. Keeps 8 bytes of each name, and the whole name of what is named again.
 */
public final class DistinctBlobs {
    private final ObjectStore store;
    private final Artifact refs;
    private final KeyFingerprints named = new KeyFingerprints();

    private DistinctBlobs(ObjectStore store, Artifact refs) {
        this.store = store;
        this.refs = refs;
    }

    /**
     * Reads the names.
     *
     * @param refs the artifact as the manifest has it
     * @throws dev.reliability.backup.stream.DamagedException if the file is missing or not what the manifest says
     */
    public static DistinctBlobs of(ObjectStore store, Artifact refs) throws IOException {
        DistinctBlobs blobs = new DistinctBlobs(store, refs);
        Refs.read(store, refs, ref -> blobs.named.add(ref.key()));
        return blobs;
    }

    /** Hands over each blob once. */
    public void forEach(Refs.Action each) throws IOException {
        Set<String> repeated = new HashSet<>();
        Refs.read(store, refs, ref -> {
            // What looks repeated and is not costs a name in memory, no more.
            if (!named.isRepeated(ref.key()) || repeated.add(ref.key())) {
                each.accept(ref);
            }
        });
    }
}
