package dev.reliability.backup.verify;

import dev.reliability.backup.repository.BlobRef;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which blobs a backup has named lately. Many of its objects may have the same content, whose blob is then read once,
 * unless more than {@value #REMEMBERED} others came in between: memory does not grow.
 */
final class RecentBlobs {
    private static final int REMEMBERED = 10_000;

    private final Map<BlobRef, Boolean> blobs = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BlobRef, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Whether it was not named lately. */
    boolean add(BlobRef blob) {
        return blobs.put(blob, true) == null;
    }
}
