package dev.reliability.core.storage;

import java.nio.file.Path;

/** Is told of the files in a {@link LocalObjectStore}'s folder that no key can name, so that none is lost unnoticed. */
@FunctionalInterface
public interface SkippedFiles {

    /**
     * A listing left out this file or folder. Called on the thread that reads the listing, again in each listing.
     *
     * @param reason why it is not an object, to be shown to people
     */
    void skipped(Path file, String reason);
}
