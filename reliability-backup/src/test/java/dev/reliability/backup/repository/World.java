package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One store, several machines that use it, and time that passes for all of them when a test says so. */
final class World {
    static final String KEY = "correct horse battery staple, and more of it";

    final ManualTime time = new ManualTime();
    /** The store's clock is 40 s ahead of the machines'. */
    final MemoryStore store = new MemoryStore(() -> time.now().plusSeconds(40));

    private final List<Machine> machines = new ArrayList<>();

    /** A process that can stand still: then its threads do nothing. */
    final class Machine implements Clockwork {
        final Repository repository;
        boolean frozen;
        private final List<Tick> ticks = new ArrayList<>();

        private Machine(String host, ObjectStore seen, SigningKeys keys) throws IOException {
            repository = Repository.open(seen, keys, time, host, LeaseRules.STANDARD, this);
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("asked to stop");
            }
            advance(duration);
        }

        @Override
        public Ticking every(Duration period, String name, Runnable task) {
            Tick tick = new Tick(period, time.nanoTime(), task);
            ticks.add(tick);
            return () -> ticks.remove(tick);
        }

        private void tick() {
            if (!frozen) {
                for (Tick tick : List.copyOf(ticks)) {
                    if (time.since(tick.last).compareTo(tick.period) >= 0) {
                        tick.last = time.nanoTime();
                        tick.task.run();
                    }
                }
            }
        }

        Lease hold(String operationId) throws IOException {
            return repository.leases().tryAcquire(operationId).orElseThrow();
        }

        /** An operation that has a lease and a backup's id. */
        RunningOperation begin(BackupType type) throws IOException {
            RunningOperation operation = holding(Kind.CREATE, type);
            repository.ids().claim(operation, type);
            return operation;
        }

        RunningOperation holding(Kind kind, BackupType type) throws IOException {
            RunningOperation operation = repository.operations().start(kind, type, null, new Caller("alice"));
            operation.attach(repository.leases().tryAcquire(operation.id()).orElseThrow());
            return operation;
        }

        /** Makes a whole backup, of nothing. */
        Manifest makeBackup(BackupType type) throws IOException {
            RunningOperation operation = begin(type);
            Manifest manifest = manifest(operation, type, BackupStatus.COMPLETED);
            if (!repository.catalog().commit(manifest)) {
                throw new AssertionError("nobody else writes");
            }
            operation.finish(Status.COMPLETED, "", null);
            operation.lease().close();
            return manifest;
        }

        void recover(Lease lease) throws IOException {
            repository.recovery().run(lease, record -> {
                throw new AssertionError("no restore was interrupted: " + record);
            });
        }
    }

    private static final class Tick {
        final Duration period;
        final Runnable task;
        long last;

        Tick(Duration period, long last, Runnable task) {
            this.period = period;
            this.last = last;
            this.task = task;
        }
    }

    Machine machine(String host) throws IOException {
        return machine(host, store, SigningKeys.of(List.of(KEY)));
    }

    Machine machine(String host, ObjectStore seen, SigningKeys keys) throws IOException {
        Machine machine = new Machine(host, seen, keys);
        machines.add(machine);
        return machine;
    }

    /** Lets time pass, a second at a time. */
    void advance(Duration duration) {
        for (long s = 0; s < duration.toSeconds(); s++) {
            time.advance(Duration.ofSeconds(1));
            List.copyOf(machines).forEach(Machine::tick);
        }
    }

    static Manifest manifest(RunningOperation operation, BackupType type, BackupStatus status) {
        String id = operation.status().backupId();
        Instant created = BackupId.momentOf(id).orElseThrow();
        return new Manifest(
                id, type, status, created, created, operation.id(), "alice", List.of(), null, null, 0, null);
    }
}
