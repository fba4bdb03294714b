package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * How the holder of a lease stores contents.
 *
 * @param keyset who can read them
 * @param epoch of the lease
 * @param trashed whether a blob's key is named for deletion, and so must not be used again
 * @param earlier the lists of blobs of the newest backups in this keyset, newest first: the first that is whole is
 *     believed, and where contents are encrypted only what it names is used again; empty where they are not
 */
public record BlobWriting(Keyset keyset, long epoch, Predicate<String> trashed, List<Artifact> earlier) {
    public BlobWriting {
        earlier = List.copyOf(earlier);
    }

    /** For the holder of this lease. */
    public static BlobWriting of(Repository repository, Lease lease, Keyset keyset) throws IOException {
        List<Artifact> earlier = !keyset.encrypts()
                ? List.of()
                : repository.catalog().newestOf(keyset.id()).stream()
                        .flatMap(backup -> backup.artifact(Artifact.REFS).stream())
                        .toList();
        return new BlobWriting(keyset, lease.epoch(), repository.sweep().trashed(), earlier);
    }

    /** Of contents that are not encrypted. */
    public static BlobWriting plain(long epoch, Predicate<String> trashed) {
        return new BlobWriting(Keyset.plain(), epoch, trashed, List.of());
    }
}
