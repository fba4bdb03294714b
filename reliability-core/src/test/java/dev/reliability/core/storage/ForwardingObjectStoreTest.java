package dev.reliability.core.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Whoever changes nothing keeps every promise of the store behind. */
class ForwardingObjectStoreTest extends ObjectStoreContract {
    @TempDir
    Path folder;

    @Override
    protected ObjectStore open() throws IOException {
        return new ForwardingObjectStore(LocalObjectStore.open(folder)) {};
    }
}
