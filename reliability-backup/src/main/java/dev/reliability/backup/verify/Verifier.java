package dev.reliability.backup.verify;

import dev.reliability.backup.objects.ReplacedObjects;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.Structure;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads every stored byte again and compares it with what was written down; changes nothing. Goes on to the end,
 * whatever it finds. Under the lease and after recovery only: what somebody writes meanwhile would look half done.
 *
 * <p>Memory does not grow with the number of objects. For one thread and one use.
 */
public final class Verifier {
    private final Repository repository;
    private final StoredBytes bytes;
    private final Consumer<Finding> each;

    /**
     * A verification of this repository.
     *
     * @param progress told the bytes read so far, often; what it throws ends the verification
     * @param each told of each finding, on the calling thread
     */
    public Verifier(Repository repository, LongConsumer progress, Consumer<Finding> each) {
        this.repository = repository;
        this.bytes = new StoredBytes(repository.store(), progress);
        this.each = each;
    }

    /** Is told how the verification of each backup ended. */
    @FunctionalInterface
    public interface Outcomes {
        /**
         * A backup was looked at.
         *
         * @param findings how many there were in what it needs; none if it is whole
         */
        void ended(Place backup, long findings) throws IOException;
    }

    /** How many bytes were read so far. */
    public long bytesRead() {
        return bytes.read();
    }

    /**
     * Verifies one backup: its manifest, its files, the blobs that it uses.
     *
     * @return how many findings there were; none if it is whole
     * @throws IOException if the store does not answer, or this thread was interrupted
     */
    public long backup(Place backup) throws IOException {
        return verify(backup, blob -> bytes.check(blob.key(), blob.storedBytes(), blob.storedSha256()));
    }

    /**
     * Verifies everything: all backups, with each shared blob read once; what they do not name; and what the repository
     * knows of itself.
     *
     * @throws IOException if the store does not answer, or this thread was interrupted
     */
    public void repository(Outcomes outcomes) throws IOException {
        BlobsOfRepository blobs = new BlobsOfRepository(repository.store(), bytes);
        repository
                .structure()
                .check(
                        new Structure.Contents() {
                            @Override
                            public void blob(ObjectInfo blob) throws IOException {
                                Finding finding = blobs.read(blob);
                                if (finding != null) {
                                    each.accept(finding);
                                }
                            }

                            @Override
                            public void replaced(String key) throws IOException {
                                checkReplaced(key);
                            }

                            @Override
                            public void backup(Place place) throws IOException {
                                outcomes.ended(place, verify(place, blobs));
                            }
                        },
                        each);
    }

    private long verify(Place backup, BlobCheck blobs) throws IOException {
        long[] findings = {0};
        new BackupVerification(repository, bytes, blobs, finding -> {
                    findings[0]++;
                    each.accept(finding);
                })
                .run(backup);
        return findings[0];
    }

    private void checkReplaced(String key) throws IOException {
        try {
            if (Layout.isReplacedRefs(key)) {
                new ReplacedObjects(repository.store()).check(key);
            }
        } catch (DamagedException e) {
            each.accept(new Finding(Kind.DAMAGED, key, String.valueOf(e.getMessage())));
        } catch (ObjectStoreException e) {
            each.accept(Finding.unreadable(key, e));
        }
    }
}
