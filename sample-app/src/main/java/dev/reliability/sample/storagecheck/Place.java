package dev.reliability.sample.storagecheck;

import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;

/**
 * A place inside of somebody's store that nobody else uses: under a random name, where neither listings for backups nor
 * health checks look. It has corners, each a store that is empty at first. Safe for use by any thread.
 */
public interface Place {
    /** One more way to a corner, as another process would have; who opens it closes it, if that is possible. */
    ObjectStore open(String corner) throws IOException;

    /** Removes all that was written in a corner, and nothing else. */
    void clear(String corner) throws IOException;

    /** Removes the place with all that is left in it, whatever the store says of it. */
    void remove() throws IOException;
}
