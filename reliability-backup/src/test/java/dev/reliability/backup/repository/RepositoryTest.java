package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
    private final World world = new World();

    @Test
    void a_new_repository_says_its_format_and_is_opened_again() throws IOException {
        world.machine("host-a");
        String format = world.store.text(".repository/format.json");
        world.machine("host-b");

        assertThat(format).contains("\"format\": 1");
        assertThat(world.store.text(".repository/format.json")).isEqualTo(format);
    }

    @Test
    void an_unknown_format_is_refused_by_its_number() {
        world.store.put(".repository/format.json", "{\"format\": 3}");

        assertThatThrownBy(() -> world.machine("host-a"))
                .isInstanceOf(BackupException.Refused.class)
                .hasMessageContaining("has format 3")
                .hasMessageContaining("knows 1");
    }

    @Test
    void a_damaged_format_is_not_replaced() {
        world.store.put(".repository/format.json", "{\"for");

        assertThatThrownBy(() -> world.machine("host-a")).isInstanceOf(BackupException.Damaged.class);
        assertThat(world.store.text(".repository/format.json")).isEqualTo("{\"for");
    }

    @Test
    void its_clock_is_the_stores_and_not_the_machines() throws IOException {
        Instant now = world.machine("host-a").repository.now();

        assertThat(now).isEqualTo(world.time.now().plusSeconds(40));
    }

    @Test
    void a_folder_is_a_repository(@TempDir Path folder) throws IOException {
        Repository repository =
                Repository.open(LocalObjectStore.open(folder), SigningKeys.none(), TimeSource.system(), "here");

        assertThat(Duration.between(repository.now(), TimeSource.system().now()).abs())
                .isLessThan(Duration.ofSeconds(10));
        assertThat(Files.exists(folder.resolve(".repository/format.json"))).isTrue();
    }
}
