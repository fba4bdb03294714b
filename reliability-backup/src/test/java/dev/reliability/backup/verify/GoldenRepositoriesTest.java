package dev.reliability.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Repositories that an earlier version wrote, whole and damaged: each damage is found, by its kind and its path. */
@ExtendWith(PrivatePostgres.Shared.class)
class GoldenRepositoriesTest {
    @TempDir
    private Path folder;

    static Stream<String> names() throws IOException {
        return GoldenRepositories.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsWrong_isFound_andNothingElse(String name) throws IOException {
        SmallRepository repository = GoldenRepositories.unpack(name, folder);

        TreeSet<String> found = new TreeSet<>();
        repository.verify().forEach(finding -> found.add(finding.kind().wireName() + " " + finding.key()));

        assertThat(found).isEqualTo(GoldenRepositories.expected(name));
        assertThat(found.isEmpty()).isEqualTo(name.startsWith("good-"));
    }

    /** Only for a new format: what lies in the resources is what readers must go on to read. */
    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = ".+")
    void write(PrivatePostgres server) throws IOException {
        Path resources = Path.of(System.getProperty("golden.write"));
        Files.createDirectories(resources);
        SmallRepository good = SmallRepository.make(
                folder.resolve("good"), LocalObjectStore.open(folder.resolve("documents")), server);
        GoldenRepositories.pack(good, resources.resolve(GoldenRepositories.GOOD + ".zip"));
        SmallRepository encrypted = SmallRepository.makeEncrypted(
                folder.resolve("encrypted"), LocalObjectStore.open(folder.resolve("documents")), server);
        GoldenRepositories.pack(encrypted, resources.resolve(GoldenRepositories.GOOD_ENCRYPTED + ".zip"));
        SmallRepository smaller = SmallRepository.makeOne(
                folder.resolve("smaller"), LocalObjectStore.open(folder.resolve("documents")), server);
        Path whole = folder.resolve("whole.zip");
        GoldenRepositories.pack(smaller, whole);
        StringBuilder findings = new StringBuilder();
        for (Map.Entry<String, GoldenRepositories.Vandal> vandal :
                GoldenRepositories.vandals().entrySet()) {
            String name = vandal.getKey();
            SmallRepository damaged = GoldenRepositories.unpack(whole, folder.resolve(name));
            for (String finding : vandal.getValue().damage(damaged)) {
                findings.append(name).append(' ').append(finding).append('\n');
            }
            GoldenRepositories.pack(damaged, resources.resolve(name + ".zip"));
        }
        Files.writeString(resources.resolve(GoldenRepositories.FINDINGS), findings);
    }
}
