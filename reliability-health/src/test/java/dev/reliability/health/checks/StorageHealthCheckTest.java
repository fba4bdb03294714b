package dev.reliability.health.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageHealthCheckTest {
    private static final HealthMessages CHINESE = HealthMessages.of("zh-CN");

    @TempDir
    private Path folder;

    private ObjectStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = LocalObjectStore.open(Files.createDirectory(folder.resolve("objects")));
    }

    private List<String> keys() throws IOException {
        try (Stream<ObjectInfo> objects = store.list("")) {
            return objects.map(ObjectInfo::key).toList();
        }
    }

    @Test
    void storeThatWorks_isHealthy_andNothingIsLeftInIt() throws IOException {
        store.put("docs/a", ObjectAttributes.NONE, ObjectBody.of(new byte[3]));
        StorageHealthCheck check = new StorageHealthCheck(store);

        assertThat(check.name()).isEqualTo("storage");
        assertThat(check.check().status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(CHINESE.text(check.check().message())).isEqualTo("存储服务正常");
        assertThat(keys()).containsExactly("docs/a");
    }

    @Test
    void probesOfTwoInstances_lieUnderThePrefixOfProbesAndDiffer() throws IOException {
        List<String> written = new ArrayList<>();
        ObjectStore recording = intercepting("put", key -> {
            written.add(key);
            return null;
        });

        new StorageHealthCheck(recording).check();
        new StorageHealthCheck(recording).check();

        assertThat(written).hasSize(2).doesNotHaveDuplicates().allMatch(key -> key.startsWith(ObjectKeys.PROBES));
    }

    @Test
    void folderThatBecameAFile_isAFailure_untilItIsBack() throws IOException {
        StorageHealthCheck check = new StorageHealthCheck(store);
        check.check();
        Path objects = folder.resolve("objects");
        Files.move(objects, folder.resolve("away"));
        Files.writeString(objects, "not a folder");

        assertThatThrownBy(check::check).isInstanceOf(IOException.class);
        assertThat(CHINESE.text(check.failureMessage())).isEqualTo("存储服务不可用");

        Files.delete(objects);
        Files.move(folder.resolve("away"), objects);
        assertThat(check.check().status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void storeThatGivesBackOtherBytes_isAFailureThatSaysSo_andTheProbeIsDeleted() throws IOException {
        ObjectStore corrupting = intercepting("get", key -> new ByteArrayInputStream(new byte[32]));

        assertThatThrownBy(() -> new StorageHealthCheck(corrupting).check())
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContainingAll("other bytes", ObjectKeys.PROBES, "wrote 32 bytes, read 32 bytes");
        assertThat(keys()).isEmpty();
    }

    @Test
    void storeThatLosesObjects_isAFailure() {
        ObjectStore losing = intercepting("get", key -> InputStream.nullInputStream());

        assertThatThrownBy(() -> new StorageHealthCheck(losing).check()).hasMessageContaining("read 0 bytes");
    }

    @Test
    void storeThatGivesBackMore_isAFailure() {
        ObjectStore growing = intercepting("get", key -> {
            try (InputStream real = store.get(key)) {
                return new ByteArrayInputStream(Arrays.copyOf(real.readAllBytes(), 33));
            }
        });

        assertThatThrownBy(() -> new StorageHealthCheck(growing).check()).hasMessageContaining("read more");
    }

    @Test
    void whatAKilledProcessLeft_isRemovedOnceItIsOld_andFreshProbesOfOthersStay() throws IOException {
        store.put(ObjectKeys.PROBES + "probe-of-a-dead-process", ObjectAttributes.NONE, ObjectBody.of(new byte[32]));

        new StorageHealthCheck(store).check();
        assertThat(keys()).hasSize(1);

        new StorageHealthCheck("storage", store, elevenMinutesLater()).check();
        assertThat(keys()).isEmpty();
    }

    @Test
    void storeThatDoesNotLetUsList_isHealthyAllTheSame() throws IOException {
        ObjectStore withoutList = intercepting("list", key -> {
            throw new ObjectStoreException("listing is not allowed", false, null);
        });

        assertThat(new StorageHealthCheck(withoutList).check().status()).isEqualTo(HealthStatus.HEALTHY);
    }

    private interface Behaviour {
        Object on(String key) throws IOException;
    }

    /** The real store, but for one method; where the behaviour answers null, the real one goes on. */
    private ObjectStore intercepting(String name, Behaviour behaviour) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    Object own = method.getName().equals(name) ? behaviour.on((String) arguments[0]) : null;
                    try {
                        return own == null ? method.invoke(store, arguments) : own;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static TimeSource elevenMinutesLater() {
        return new TimeSource() {
            @Override
            public Instant now() {
                return TimeSource.system().now().plus(Duration.ofMinutes(11));
            }

            @Override
            public long nanoTime() {
                return TimeSource.system().nanoTime();
            }
        };
    }
}
