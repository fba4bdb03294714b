package dev.reliability.s3;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreContract;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinioObjectStoreContractTest extends ObjectStoreContract {
    @TempDir
    static Path folder;

    private static S3Server server;

    private final String bucket = "test-" + UUID.randomUUID();

    @BeforeAll
    static void startServer() throws Exception {
        server = S3Server.inFolder(folder);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    /** S3Proxy's folder needs a part of each name for itself. */
    @Override
    @Test
    @DisplayName("5.4 and however long, as far as S3Proxy can")
    public void longKeysWork() throws Exception {
        assertKeysWork(List.of("x".repeat(200), "文".repeat(66), ("y".repeat(127) + "/").repeat(6) + "z".repeat(128)));
    }

    /** In S3 this is no matter; S3Proxy's folder answers 500. */
    @Override
    @Test
    @DisplayName("6.6 S3Proxy fails below an object, and that is not taken for an answer")
    public void nothingLiesBelowAnObject() throws Exception {
        ObjectStore store = anotherStore();
        store.put("folder/key", ObjectAttributes.NONE, ObjectBody.of(new byte[0]));
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> store.get("folder/key/below"))
                .matches(ObjectStoreException::retryable)
                .withMessageContaining("answered 500");
    }

    /** S3Proxy lists in the order of UTF-16, where some characters stand elsewhere than in S3's order. */
    @Override
    @Test
    @DisplayName("8.6 a server that lists in another order is found out")
    public void orderedByBytesBeyondTheBasicPlane() throws Exception {
        ObjectStore store = anotherStore();
        for (String key : List.of("\uff5e", "\ud83d\ude00")) {
            store.put(key, ObjectAttributes.NONE, ObjectBody.of(new byte[0]));
        }
        try (Stream<ObjectInfo> all = store.list("")) {
            assertThatThrownBy(all::toList)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("does not list in the order of UTF-8 bytes");
        }
    }

    @Override
    protected ObjectStore open() {
        return new MinioObjectStore(server.config(bucket).build());
    }
}
