package dev.reliability.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Refs;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores from a repository whose files were flipped, cut, deleted or swapped: what is damaged is refused by name and
 * changes nothing that is live, and what does not need the damaged file is restored.
 *
 * <p>{@code -Drestore.damages=10000} for more of them, {@code -Drestore.seed=…} for those of another run.
 */
class RestoreDamageTest {
    private static final int DAMAGES = Integer.getInteger("restore.damages", 40);
    private static final long SEED = Long.getLong("restore.seed", System.nanoTime());

    /** Whoever finds the last beat changed waits for its holder as for one that died. */
    private static final String LEASES = ".repository/lease/";

    /** Of so many damages one hits files that belong to no backup: then a backup is restored, which takes much longer. */
    private static final int ONE_IN = 20;

    private static final Caller ALICE = new Caller("alice");

    @TempDir
    private Path folder;

    private final PrivatePostgres server = Live.quietServer();

    private final Map<Path, byte[]> intact = new HashMap<>();
    private final Map<Manifest, Set<String>> needed = new LinkedHashMap<>();
    private SmallRepository small;
    private Live live;

    @BeforeEach
    void some_backups_and_later_changes() throws IOException {
        small = SmallRepository.make(
                folder.resolve("backups"), LocalObjectStore.open(folder.resolve("documents")), server);
        for (Path file : small.files()) {
            intact.put(file, Files.readAllBytes(file));
        }
        findNeeded();
        live = new Live(server, folder.resolve("documents"));
    }

    private void findNeeded() throws IOException {
        Repository repository = Repository.open(
                LocalObjectStore.open(small.folder()),
                SigningKeys.of(List.of(SmallRepository.KEY)),
                TimeSource.system(),
                "host-b");
        for (Layout.Place place : repository.catalog().places()) {
            Manifest manifest =
                    repository.catalog().manifest(place).orElseThrow().manifestOrNull();
            Set<String> keys = new TreeSet<>(Set.of(Layout.manifest(place.type(), place.id())));
            manifest.artifacts().forEach(artifact -> keys.add(artifact.key()));
            Optional<Artifact> refs = manifest.artifact(Artifact.REFS);
            if (refs.isPresent()) {
                Refs.read(repository.store(), refs.get(), blob -> keys.add(blob.key()));
            }
            needed.put(manifest, keys);
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_damaged_backup_is_refused_by_name_and_changes_nothing_and_an_intact_one_is_restored() throws IOException {
        List<Path> ofBackups = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        for (Path file : small.files()) {
            String key = small.key(file);
            boolean isNeeded = needed.values().stream().anyMatch(keys -> keys.contains(key));
            if (intact.get(file).length > 0 && !key.startsWith(LEASES)) {
                (isNeeded ? ofBackups : others).add(file);
            }
        }
        Random random = new Random(SEED);
        TreeMap<String, Integer> ends = new TreeMap<>();
        int restores = 0;
        for (int i = 0; i < DAMAGES; i++) {
            Damage damage = Damage.any(random.nextInt(ONE_IN) == 0 ? others : ofBackups, random);
            for (Manifest backup : touched(damage, i)) {
                Mode mode = restores++ % 2 == 0 ? Mode.SWITCH : Mode.IN_PLACE;
                String as = "-Drestore.seed=%d, damage %d: %s %s, %s backup %s, %s"
                        .formatted(SEED, i, damage.what(), damage.hit(), backup.type(), backup.id(), mode);
                ends.merge(restore(backup, mode, damage, as), 1, Integer::sum);
            }
            mend();
        }
        System.out.println(DAMAGES + " damages in " + ofBackups.size() + " files of backups and " + others.size()
                + " others, " + restores + " restores, seed " + SEED + ": " + ends);
    }

    /** The backups that need what is damaged; if none does, one of them in turn. */
    private List<Manifest> touched(Damage damage, int round) {
        List<Manifest> touched =
                needed.keySet().stream().filter(backup -> needs(backup, damage)).toList();
        return touched.isEmpty() ? List.of(List.copyOf(needed.keySet()).get(round % needed.size())) : touched;
    }

    private boolean needs(Manifest backup, Damage damage) {
        return damage.hit().stream().anyMatch(file -> needed.get(backup).contains(small.key(file)));
    }

    /** Returns in a word how it ended. */
    private String restore(Manifest backup, Mode mode, Damage damage, String as) throws IOException {
        Live.State before = live.state();
        Optional<Refusal> refusal = restore(backup, mode);
        if (refusal.isPresent()) {
            assertThat(live.state()).as(as).isEqualTo(before);
            assertThat(refusal.get()).as(as).matches(told -> isAbout(told, backup, damage), "names the damaged file");
            return refusal.get().kind();
        }
        assertThat(needs(backup, damage)).as(as + ": restored").isFalse();
        if (backup.type().hasDatabase()) {
            assertThat(live.hasRestoredRows()).as(as).isTrue();
        } else {
            assertThat(live.state().nextTransaction()).as(as).isEqualTo(before.nextTransaction());
        }
        if (backup.type().hasStorage()) {
            assertThat(live.hasRestoredObjects()).as(as).isTrue();
        } else {
            assertThat(live.state().contents()).as(as).isEqualTo(before.contents());
        }
        live.change();
        return "restored";
    }

    private boolean isAbout(Refusal refusal, Manifest backup, Damage damage) {
        String manifest = Layout.manifest(backup.type(), backup.id());
        boolean ofManifest =
                damage.hit().stream().anyMatch(file -> small.key(file).equals(manifest));
        return switch (refusal.kind()) {
            case "damaged" ->
                damage.hit().stream().anyMatch(file -> refusal.message().contains(small.key(file)))
                        || (ofManifest && refusal.message().contains(backup.id()));
            // Without its manifest there is no such backup, and a flip can make another format's number of its own.
            case "notfound" ->
                ofManifest && damage.deletes() && refusal.message().contains(backup.id());
            case "refused" -> ofManifest && refusal.message().contains(backup.id() + " was written by another version");
            default -> false;
        };
    }

    /** How a restore was refused, or failed. */
    private record Refusal(String kind, String message) {}

    /** By a process that has read nothing before. */
    private Optional<Refusal> restore(Manifest backup, Mode mode) throws IOException {
        try (BackupManager backups = live.manager(LocalObjectStore.open(small.folder()))) {
            OperationStatus begun =
                    backups.restore(backup.id(), new RestoreOptions(mode, false, false, Set.of()), ALICE);
            OperationStatus ended = backups.await(begun.id());
            return ended.status() == Status.COMPLETED
                    ? Optional.empty()
                    : Optional.of(new Refusal(String.valueOf(ended.error()), ended.message()));
        } catch (BackupException refused) {
            String kind = refused.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            return Optional.of(new Refusal(kind, refused.getMessage()));
        }
    }

    /** Takes back the damage, and what restores have written down. */
    private void mend() throws IOException {
        for (Path file : small.files()) {
            if (!intact.containsKey(file)) {
                Files.delete(file);
            }
        }
        for (Map.Entry<Path, byte[]> file : intact.entrySet()) {
            if (!Files.exists(file.getKey()) || !Arrays.equals(Files.readAllBytes(file.getKey()), file.getValue())) {
                Files.createDirectories(file.getKey().getParent());
                Files.write(file.getKey(), file.getValue());
            }
        }
    }
}
