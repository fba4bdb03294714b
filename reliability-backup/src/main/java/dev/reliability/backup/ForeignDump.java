package dev.reliability.backup;

import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.postgresql.RestoreRequest;
import dev.reliability.backup.repository.Journal;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Decompression;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreOptions;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A dump that is no backup of this repository: plain SQL, as it is or compressed, told apart by its first bytes. */
final class ForeignDump {
    private final Path file;

    /** @throws BackupException.NotFound if there is no such file */
    ForeignDump(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BackupException.NotFound("there is no file " + file + ", and no backup of that path or id");
        }
        this.file = file;
    }

    OperationRunner.Result restore(
            Parts.Database database,
            RestoreOptions options,
            RestoreOptions.Mode mode,
            Repository repository,
            RunningOperation operation)
            throws IOException {
        Journal journal = repository.journals().open(operation.lease(), operation.id());
        journal.append(
                Restoration.BEGUN,
                Map.of(Restoration.EPOCH, Long.toString(operation.lease().epoch())));
        long size = Files.size(file);
        RestoreRequest request = new RestoreRequest(
                operation.id(),
                this::open,
                null,
                -1,
                false,
                options.readOnly(),
                options.accept().contains(RestoreOptions.Risk.SETTINGS),
                bytes -> {
                    operation.proceed();
                    operation.update("loading", bytes, size, "");
                });
        String told = DatabaseRestore.run(database, mode, request, journal, operation);
        journal.close();
        return OperationRunner.Result.completed(file + " is restored; " + told);
    }

    /** @throws BackupException.Refused if it is seen at once not to be plain SQL */
    void requireText() throws IOException {
        open().close();
    }

    private InputStream open() throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
        try {
            in.mark(5);
            byte[] first = in.readNBytes(5);
            in.reset();
            Optional<Compression> compression = Decompression.recognize(first);
            if (compression.isPresent()) {
                return Decompression.open(compression.get(), in);
            }
            if (first.length == 5 && new String(first, StandardCharsets.US_ASCII).equals("PGDMP")) {
                throw new BackupException.Refused(
                        file + " is in pg_dump's custom format",
                        List.of("make plain SQL of it first: pg_restore -f dump.sql " + file.getFileName()));
            }
            return in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }
}
