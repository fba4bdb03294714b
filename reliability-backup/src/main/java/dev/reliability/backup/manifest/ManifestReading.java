package dev.reliability.backup.manifest;

import org.jspecify.annotations.Nullable;

/** What a file that lies in a manifest's place turned out to be. */
public sealed interface ManifestReading {

    /** The manifest, trusted or not; null if it is none that can be read. */
    default @Nullable Manifest manifestOrNull() {
        if (this instanceof Intact intact) {
            return intact.manifest();
        }
        return this instanceof Unsigned unsigned ? unsigned.manifest() : null;
    }

    /**
     * Every byte is as it was written.
     *
     * @param signed whether one of our keys signed it; false only where there is no key, and so the repository as a
     *     whole is trusted
     */
    record Intact(Manifest manifest, boolean signed) implements ManifestReading {}

    /**
     * Every byte is as it was written, but none of our keys signed it: nobody knows who wrote it.
     *
     * @param reason one sentence
     */
    record Unsigned(Manifest manifest, String reason) implements ManifestReading {}

    /**
     * Not what was written, or never a manifest.
     *
     * @param reason one sentence that names what is wrong
     */
    record Changed(String reason) implements ManifestReading {}

    /**
     * Written by another version.
     *
     * @param format its number as it stands there
     */
    record UnknownFormat(String format) implements ManifestReading {}
}
