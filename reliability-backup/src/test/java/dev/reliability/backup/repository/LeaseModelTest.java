package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.Interleaving.Proc;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real code of four processes that make backups in one repository, in random orders of their calls, while they
 * stand still, die, and lose answers of the store.
 *
 * <p>What must hold in each: epochs are taken in strictly rising order; of all that say that they have committed an id
 * there is one, and the manifest is its own; once a successor has done its duty nothing of an older epoch is committed;
 * and a backup that exists has its files. At last everything is brought to an end by one more process, and no
 * operation is left running.
 */
class LeaseModelTest {
    private static int committed;
    private static int refused;
    private static int takenOver;

    private final List<Long> createdEpochs = new ArrayList<>();
    private final List<Long> heldEpochs = new ArrayList<>();
    private final Map<String, Long> epochOfOperation = new HashMap<>();
    private final Map<String, String> committedBy = new HashMap<>();
    private long recovered;
    private Interleaving world;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("lease.model.seeds", 40));
    }

    @AfterAll
    static void the_runs_were_not_all_alike() {
        assertThat(committed).as("backups that were committed").isPositive();
        assertThat(refused).as("commits that a successor had made impossible").isPositive();
        assertThat(takenOver).as("holders that were taken over").isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void no_order_of_calls_lets_two_holders_do_harm(long seed) throws Exception {
        world = new Interleaving(new Random(seed), seed % 2 == 0 ? 0 : 0.01, this::created);
        try {
            for (int p = 1; p <= 4; p++) {
                world.start("p" + p, this::makeBackups);
            }
            world.run();
            checkEnd();
        } finally {
            world.stop();
        }
    }

    private void makeBackups(Proc process) throws Exception {
        for (int round = 0; round < 2; round++) {
            try {
                makeBackup(process, open(process, process.view));
            } catch (IOException | LeaseLostException | BackupException expected) {
                // The store lost an answer, or the lease is lost: a process goes on with the next backup.
                process.pause(Duration.ofSeconds(1));
            }
        }
    }

    private Repository open(Proc process, ObjectStore store) throws IOException {
        SigningKeys keys = SigningKeys.of(List.of(World.KEY));
        return Repository.open(store, keys, world.time, process.name, LeaseRules.STANDARD, process);
    }

    private void makeBackup(Proc process, Repository repository) throws Exception {
        RunningOperation operation =
                repository.operations().start(Kind.CREATE, BackupType.DATABASE, null, new Caller(process.name));
        Lease lease = repository.leases().acquire(operation.id(), Duration.ofHours(2), holder -> {
            operation.update("waiting", 0, 0, holder.operationId());
        });
        held(lease);
        try {
            operation.attach(lease);
            epochOfOperation.put(operation.id(), lease.epoch());
            recover(repository, lease);
            String id = repository.ids().claim(operation, BackupType.DATABASE);
            // No look at the lease from here on: the fence alone has to hold.
            process.view.putIfAbsent(
                    Layout.dump(BackupType.DATABASE, id, Encoding.GZIP),
                    ObjectAttributes.NONE,
                    ObjectBody.of(operation.id().getBytes(StandardCharsets.UTF_8)));
            if (world.random.nextInt(4) == 0) {
                process.freeze(Duration.ofSeconds(world.random.nextInt(60)));
            }
            Manifest manifest = World.manifest(operation, BackupType.DATABASE, BackupStatus.COMPLETED);
            if (repository.catalog().commit(manifest)) {
                assertThat(committedBy.put(id, operation.id()))
                        .as("both committed " + id)
                        .isNull();
                operation.finish(Status.COMPLETED, "", null);
                committed++;
            } else {
                refused++;
            }
        } catch (IOException e) {
            if (repository.catalog().abandon(operation)) {
                operation.finish(Status.FAILED, "the store failed", "unavailable");
            }
            throw e;
        } finally {
            if (!process.dead) {
                lease.close();
            }
        }
    }

    private void recover(Repository repository, Lease lease) throws IOException {
        repository.recovery().run(lease, record -> {
            throw new AssertionError("no restores here");
        });
        recovered = Math.max(recovered, lease.epoch());
    }

    private void held(Lease lease) {
        assertThat(heldEpochs).as("held twice").doesNotContain(lease.epoch());
        takenOver += heldEpochs.contains(lease.epoch() - 1) ? 0 : 1;
        heldEpochs.add(lease.epoch());
    }

    /** At the very moment at which the store has it. */
    private void created(String key) {
        if (key.startsWith(Layout.LEASES)) {
            createdEpochs.add(Long.parseLong(key.substring(Layout.LEASES.length())));
        }
        if (Layout.placeOf(key).isPresent() && world.store.text(key).contains("\"status\": \"completed\"")) {
            String operation = world.store.text(key).replaceAll("(?s).*\"operation\": \"([^\"]*)\".*", "$1");
            assertThat(epochOfOperation.get(operation))
                    .as("%s was committed after the holder of epoch %d had closed what was open", key, recovered)
                    .isGreaterThanOrEqualTo(recovered);
        }
    }

    private void checkEnd() throws Exception {
        List<Long> inOrder = createdEpochs.stream().filter(heldEpochs::contains).toList();
        assertThat(inOrder)
                .as("epochs in the order in which they were taken")
                .isSorted()
                .doesNotHaveDuplicates();

        Repository[] last = {null};
        world.calm();
        world.start("last", process -> {
            last[0] = open(process, world.store);
            for (String operation : List.of("op-last", "op-very-last")) {
                Lease lease = last[0].leases().acquire(operation, Duration.ofHours(2), holder -> {});
                recover(last[0], lease);
                lease.close();
                // By now whoever died while it waited for a lease is known to be dead.
                process.pause(Duration.ofMinutes(2));
            }
        });
        world.run();
        committedBy.forEach((id, operation) -> {
            try {
                assertThat(last[0].catalog().manifest(id)).hasValueSatisfying(reading -> {
                    assertThat(reading).isInstanceOf(ManifestReading.Intact.class);
                    assertThat(reading.manifestOrNull().operation()).isEqualTo(operation);
                });
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        last[0].catalog().list(BackupQuery.all()).backups().forEach(backup -> {
            assertThat(world.store.has(Layout.dump(BackupType.DATABASE, backup.id(), Encoding.GZIP)))
                    .as("backup %s has its files", backup.id())
                    .isTrue();
        });
        assertThat(last[0].operations().list())
                .allSatisfy(record -> assertThat(record.status().status()).isNotEqualTo(Status.RUNNING));
    }
}
