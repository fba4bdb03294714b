package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A dump in memory, for tests that restore it, whole or spoiled. */
record Dump(DatabaseFacts facts, String sql) {
    static Dump of(PostgreSQLConfig config) throws IOException {
        PostgreSQLBackup backup = new PostgreSQLBackup(config);
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_dump_for_test")) {
            DumpResult result = backup.dump(snapshot, sql, bytes -> {});
            return new Dump(result.facts(), sql.toString(StandardCharsets.UTF_8));
        }
    }

    Dump with(String text, String replacement) {
        if (!sql.contains(text)) {
            throw new IllegalArgumentException(text + " is not in the dump");
        }
        return new Dump(facts, sql.replace(text, replacement));
    }

    Dump cutAt(String text) {
        return new Dump(facts, sql.substring(0, sql.indexOf(text)));
    }

    DumpSource source() {
        return () -> new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8));
    }

    RestoreRequest request(String operation) {
        return request(operation, source());
    }

    RestoreRequest request(String operation, DumpSource source) {
        return new RestoreRequest(operation, source, facts, -1, true, false, false, bytes -> {});
    }

    RestoreRequest readOnly(String operation) {
        return new RestoreRequest(operation, source(), facts, -1, true, true, false, bytes -> {});
    }

    RestoreRequest acceptingLostSettings(String operation) {
        return new RestoreRequest(operation, source(), facts, -1, true, false, true, bytes -> {});
    }

    RestoreRequest foreign(String operation) {
        return new RestoreRequest(operation, source(), null, -1, false, false, false, bytes -> {});
    }
}
