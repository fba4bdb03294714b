package dev.reliability.backup.verify;

import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Finding;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells whether a blob that a backup uses is as it was stored. */
@FunctionalInterface
interface BlobCheck {
    /** What is wrong with it; null if nothing is. */
    @Nullable Finding check(BlobRef blob) throws IOException;
}
