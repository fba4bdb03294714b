package dev.reliability.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damage to a real repository: flips, cuts, deletions, swaps of two files. Each damaged file is named by its path.
 *
 * <p>{@code -Dverify.damages=10000} for more of them, {@code -Dverify.seed=…} for those of another run.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class DamageTest {
    private static final int DAMAGES = Integer.getInteger("verify.damages", 300);
    private static final long SEED = Long.getLong("verify.seed", System.nanoTime());

    /** Rewritten whenever the time is asked for, and empty. */
    private static final String CLOCK = ".repository/clock";

    /**
     * What the repository itself removes in its own time, and nothing that stays speaks of: records of what ended, the
     * beats, steps and lists of operations that are over, a blob that no backup names.
     */
    private static final Pattern MAY_BE_GONE =
            Pattern.compile("\\.repository/(?:operations/.*\\.json|lease/.*\\.beat|journal/.*|trash/.*\\.jsonl)|"
                    + SmallRepository.UNNAMED_BLOB);

    @TempDir
    private Path folder;

    @Test
    void everyDamagedFileIsNamed(PrivatePostgres server) throws IOException {
        SmallRepository small = SmallRepository.make(
                folder.resolve("backups"), LocalObjectStore.open(folder.resolve("documents")), server);
        assertThat(small.verify()).as("before").isEmpty();
        Repository repository = Repository.open(
                LocalObjectStore.open(small.folder()),
                SigningKeys.of(List.of(SmallRepository.KEY)),
                TimeSource.system(),
                "host-b");
        List<Path> files = small.files().stream()
                // A list of replaced objects has no checksum but gzip's, which some bits of its file do not touch.
                .filter(file ->
                        !small.key(file).equals(CLOCK) && !small.key(file).startsWith(Layout.REPLACED))
                .toList();
        Random random = new Random(SEED);
        TreeMap<String, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < DAMAGES; i++) {
            Damage damage = Damage.any(files, random);
            List<Finding> findings = SmallRepository.verify(repository);
            damage.undo();
            TreeSet<String> unnamed = new TreeSet<>();
            for (Path file : damage.hit()) {
                String key = small.key(file);
                if (findings.stream().noneMatch(finding -> names(finding, key))
                        && !(damage.deletes() && MAY_BE_GONE.matcher(key).matches())) {
                    unnamed.add(key);
                }
            }
            assertThat(unnamed)
                    .as("-Dverify.seed=%d, damage %d: %s %s, found %s", SEED, i, damage.what(), damage.hit(), findings)
                    .isEmpty();
            findings.forEach(finding -> kinds.merge(finding.kind().wireName(), 1, Integer::sum));
        }
        assertThat(SmallRepository.verify(repository)).as("after").isEmpty();
        System.out.println(DAMAGES + " damages in " + files.size() + " files, seed " + SEED + ": " + kinds);
    }

    /** A fact whose loss only the record of its operation tells is named by the folder in which it lay. */
    private static boolean names(Finding finding, String key) {
        return finding.key().equals(key)
                || (finding.key().endsWith("/") && key.startsWith(finding.key()) && key.contains("/facts/"));
    }
}
