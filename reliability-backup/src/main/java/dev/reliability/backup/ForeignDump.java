package dev.reliability.backup;

import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.postgresql.DumpSurvey;
import dev.reliability.backup.postgresql.PostgreSQLRestore;
import dev.reliability.backup.postgresql.RestoreRequest;
import dev.reliability.backup.repository.Journal;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Decompression;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreOptions;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;

/**
 * A dump that is no backup of this repository: plain SQL or pg_dump's custom format, as it is or compressed, told apart
 * by its first bytes. It has no manifest, so it is read twice: once for what it needs, before anything is made.
 */
final class ForeignDump {
    private static final int BUFFER = 64 * 1024;

    private final Path file;

    /** @throws BackupException.NotFound if there is no such file */
    ForeignDump(Path file) {
        if (!Files.isRegularFile(file) && !Files.isRegularFile(file.resolve("toc.dat"))) {
            throw new BackupException.NotFound("there is no file " + file + ", and no backup of that path or id");
        }
        this.file = file;
    }

    /** @throws BackupException.Refused if it is seen at once to be in a format that is not read here */
    void requireReadable() throws IOException {
        if (Files.isDirectory(file)) {
            throw unreadable("directory");
        }
        try (BufferedInputStream in = uncompressed()) {
            if (format(in) == DumpFormat.TAR) {
                throw unreadable("tar");
            }
        } catch (ZipException | EOFException damaged) {
            throw damaged(damaged);
        }
    }

    /**
     * What it says of itself.
     *
     * @param bytesSoFar told how many bytes of its SQL were read
     * @throws BackupException.Damaged it is not whole
     */
    DumpSurvey survey(PostgreSQLRestore restore, String operation, LongConsumer bytesSoFar) throws IOException {
        try {
            return restore.survey(() -> sql(restore, operation), bytesSoFar);
        } catch (BackupException.Damaged | ZipException | EOFException notWhole) {
            throw damaged(notWhole);
        }
    }

    OperationRunner.Result restore(
            Parts.Database database,
            RestoreOptions options,
            RestoreOptions.Mode mode,
            Repository repository,
            RunningOperation operation)
            throws IOException {
        PostgreSQLRestore restore = database.restore();
        DumpSurvey survey = survey(restore, operation.id(), progress(operation, "reading"));
        Journal journal = repository.journals().open(operation.lease(), operation.id());
        journal.append(
                Restoration.BEGUN,
                Map.of(Restoration.EPOCH, Long.toString(operation.lease().epoch())));
        RestoreRequest request = new RestoreRequest(
                operation.id(),
                () -> sql(restore, operation.id()),
                null,
                survey.names(),
                survey.plainBytes(),
                false,
                options.readOnly(),
                options.accept().contains(RestoreOptions.Risk.SETTINGS),
                progress(operation, "loading"));
        String told = DatabaseRestore.run(database, mode, request, journal, operation);
        journal.close();
        return OperationRunner.Result.completed(file + " is restored; " + told);
    }

    private LongConsumer progress(RunningOperation operation, String phase) throws IOException {
        long size = Files.size(file);
        return bytes -> {
            operation.proceed();
            operation.update(phase, bytes, size, "");
        };
    }

    private InputStream sql(PostgreSQLRestore restore, String operation) throws IOException {
        BufferedInputStream in = uncompressed();
        try {
            return format(in) == DumpFormat.CUSTOM ? restore.plainSql(in, operation) : in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private BufferedInputStream uncompressed() throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        try {
            Optional<Compression> compression = Decompression.recognize(peek(in));
            if (compression.isEmpty()) {
                return in;
            }
            Decompression.obstacle(compression.get()).ifPresent(obstacle -> {
                throw new BackupException.Refused(file + " can not be read here", List.of(obstacle));
            });
            return new BufferedInputStream(Decompression.open(compression.get(), in), BUFFER);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static DumpFormat format(BufferedInputStream in) throws IOException {
        return DumpFormat.of(peek(in));
    }

    private static byte[] peek(BufferedInputStream in) throws IOException {
        in.mark(DumpFormat.BYTES);
        byte[] first = in.readNBytes(DumpFormat.BYTES);
        in.reset();
        return first;
    }

    private BackupException.Refused unreadable(String format) {
        return new BackupException.Refused(
                file + " is in pg_dump's " + format + " format",
                List.of("make plain SQL of it first: pg_restore -f dump.sql " + file.getFileName()));
    }

    private BackupException.Damaged damaged(Exception cause) {
        return new BackupException.Damaged(file + " can not be restored: " + cause.getMessage(), cause);
    }
}
