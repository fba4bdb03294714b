package dev.reliability.backup.manifest;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.time.Instant;
import java.util.List;

/** Manifests of each kind, with everything in them that is awkward to write. */
public final class ManifestSamples {
    private ManifestSamples() {}

    public static Manifest full() {
        return full(null, null, null);
    }

    static Manifest fullAt(DatabaseFacts.Position position) {
        return full(position, null, null);
    }

    static Manifest fullDumpedBy(DatabaseFacts.DumpRole dumpedBy) {
        return full(null, dumpedBy, null);
    }

    static Manifest fullReplacedBy(String operation) {
        return full(null, null, operation);
    }

    private static Manifest full(DatabaseFacts.Position position, DatabaseFacts.DumpRole dumpedBy, String replacedBy) {
        return new Manifest(
                "20260103_140000",
                BackupType.FULL,
                BackupStatus.INCOMPLETE,
                Instant.parse("2026-01-03T14:00:00Z"),
                Instant.parse("2026-01-03T14:03:07.123456789Z"),
                "op_20260103_135959_1a2b3c",
                "张三 \"admin\"",
                List.of(
                        new Artifact(
                                Artifact.DUMP,
                                "full/20260103_140000/database.sql.gz",
                                1_073_741_824L,
                                "a".repeat(64),
                                9_007_199_254_740_993L,
                                Compression.GZIP,
                                Keyset.PLAIN_ID),
                        new Artifact(
                                Artifact.REFS,
                                "full/20260103_140000/refs.gz",
                                20,
                                "c".repeat(64),
                                0,
                                Compression.GZIP,
                                Keyset.PLAIN_ID)),
                new DatabaseFacts(
                        "ai_doc_library",
                        "15.18 (Debian 15.18-0+deb12u1)",
                        "15.18",
                        dumpedBy,
                        "UTF8",
                        "en_US.UTF-8",
                        "en_US.UTF-8",
                        "c",
                        null,
                        "app",
                        "{=Tc/app,app=CTc/app}",
                        -1,
                        "line one\nline \"two\" \\ with \u0001 and 文档",
                        List.of(
                                new DatabaseFacts.Setting(null, "timezone", "Asia/Shanghai"),
                                new DatabaseFacts.Setting("app", "search_path", "\"$user\", public")),
                        List.of("pg_trgm 1.6", "plpgsql 1.0"),
                        List.of("app", "reader"),
                        List.of(
                                new DatabaseFacts.TableFacts("public.documents", 500, "0".repeat(32)),
                                new DatabaseFacts.TableFacts("public.\"Order Lines\"", 0, "f".repeat(32))),
                        2,
                        1,
                        8_000_000,
                        position,
                        replacedBy),
                new ObjectsFacts(500, 1_000_000, 900_000, 3, "plain", "checked", List.of("文件/a b.pdf"), 1),
                123_456,
                "1 object that rows name is missing");
    }

    public static Manifest lost() {
        return new Manifest(
                "20260103_140000_2",
                BackupType.DATABASE,
                BackupStatus.FAILED,
                Instant.parse("2026-01-03T14:00:00Z"),
                Instant.parse("2026-01-03T14:10:00Z"),
                "op_20260103_135959_1a2b3c",
                "system",
                List.of(),
                null,
                null,
                0,
                "lease lost");
    }
}
