package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the holder of a lease stores contents.
 *
 * @param keyset who can read them
 * @param epoch of the lease
 * @param trashed whether a blob's key is named for deletion, and so must not be used again
 * @param earlier the list of blobs of the newest backup in this keyset; null if there is none. Only what it names is used
 *     again where contents are encrypted; elsewhere it is not looked at
 */
public record BlobWriting(
        Keyset keyset,
        long epoch,
        Predicate<String> trashed,
        @Nullable Artifact earlier) {

    /** For the holder of this lease. */
    public static BlobWriting of(Repository repository, Lease lease, Keyset keyset) throws IOException {
        Artifact earlier = !keyset.encrypts()
                ? null
                : repository
                        .catalog()
                        .newestOf(keyset.id())
                        .flatMap(newest -> newest.artifact(Artifact.REFS))
                        .orElse(null);
        return new BlobWriting(keyset, lease.epoch(), repository.sweep().trashed(), earlier);
    }

    /** Of contents that are not encrypted. */
    public static BlobWriting plain(long epoch, Predicate<String> trashed) {
        return new BlobWriting(Keyset.plain(), epoch, trashed, null);
    }
}
