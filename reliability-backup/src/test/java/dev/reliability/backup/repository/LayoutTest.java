package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    private static final String ID = "20260103_140000_2";

    @Test
    void files_lie_where_the_guide_shows_them() {
        assertThat(Layout.dump(BackupType.DATABASE, ID, Encoding.GZIP))
                .isEqualTo("database/backup_20260103_140000_2.sql.gz");
        assertThat(Layout.dump(BackupType.DATABASE, ID, new Encoding(Compression.ZSTD, Keyset.plain())))
                .isEqualTo("database/backup_20260103_140000_2.sql.zst");
        assertThat(Layout.manifest(BackupType.DATABASE, ID)).isEqualTo("database/backup_20260103_140000_2.json");
        assertThat(Layout.manifest(BackupType.STORAGE, ID)).isEqualTo("storage/20260103_140000_2/manifest.json");
        assertThat(Layout.artifacts(BackupType.FULL, ID))
                .containsExactlyInAnyOrder(
                        "full/20260103_140000_2/database.sql.gz",
                        "full/20260103_140000_2/globals.sql.gz",
                        "full/20260103_140000_2/objects.jsonl.gz",
                        "full/20260103_140000_2/database.sql.zst",
                        "full/20260103_140000_2/globals.sql.zst",
                        "full/20260103_140000_2/objects.jsonl.zst",
                        "full/20260103_140000_2/database.sql.gz.age",
                        "full/20260103_140000_2/globals.sql.gz.age",
                        "full/20260103_140000_2/objects.jsonl.gz.age",
                        "full/20260103_140000_2/database.sql.zst.age",
                        "full/20260103_140000_2/globals.sql.zst.age",
                        "full/20260103_140000_2/objects.jsonl.zst.age",
                        "full/20260103_140000_2/refs.gz");
        assertThat(Layout.place(BackupType.FULL, ID)).isEqualTo("full/20260103_140000_2");
        assertThat(Layout.blob("plain", "ab12".repeat(16))).isEqualTo("blobs/plain/ab/" + "ab12".repeat(16));
        assertThat(Layout.lease(7)).isEqualTo(".repository/lease/000000000007");
    }

    @ParameterizedTest
    @EnumSource
    void a_manifests_key_tells_whose_it_is(BackupType type) {
        assertThat(Layout.placeOf(Layout.manifest(type, ID))).contains(new Layout.Place(type, ID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "database/backup_20260103_140000.sql.gz",
                "database/backup_20261303_140000.json",
                "database/my.json",
                "storage/20260103_140000/refs.gz",
                "storage/x/manifest.json",
                "full/20260103_140000/sub/manifest.json",
                "other/20260103_140000/manifest.json",
                "database/20260103_140000/manifest.json",
                "manifest.json"
            })
    void other_keys_are_not_manifests(String key) {
        assertThat(Layout.placeOf(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "", "20260103_140000/../..", "20260103_140000_1", "2026"})
    void a_text_that_is_not_an_id_never_becomes_a_key(String text) {
        for (BackupType type : BackupType.values()) {
            assertThatThrownBy(() -> Layout.manifest(type, text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Layout.id(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Layout.operation(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Layout.journal(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "database/backup_20260103_140000.json, DATABASE",
        "database/backup_20260103_140000.sql.gz, DATABASE",
        "database/backup_20260103_140000.sql.zst.age, DATABASE",
        "storage/20260103_140000/refs.gz, STORAGE",
        "full/20260103_140000/globals.sql.gz, FULL"
    })
    void a_manifest_and_an_artifact_tell_whose_they_are(String key, BackupType type) {
        assertThat(Layout.backupOf(key)).contains(new Layout.Place(type, "20260103_140000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "database/backup_20260103_140000.txt",
                "database/backup_20260133_140000.json",
                "database/20260103_140000/manifest.json",
                "storage/20260103_140000/globals.sql.gz",
                "storage/20260103_140000/refs.gz.age",
                "full/20260103_140000/copy/manifest.json",
                "full/notes.txt",
                "blobs/plain/ab/ab"
            })
    void what_lies_beside_them_is_nobodys(String key) {
        assertThat(Layout.backupOf(key)).isEmpty();
    }

    @Test
    void a_blobs_name_tells_its_hash_unless_it_lies_elsewhere() {
        String sha256 = "ab".repeat(32);

        assertThat(Layout.sha256OfBlob(Layout.blob(Keyset.PLAIN_ID, sha256))).contains(sha256);
        assertThat(Layout.sha256OfBlob(Layout.numbered(Layout.blob(Keyset.PLAIN_ID, sha256), 12)))
                .contains(sha256);
        assertThat(Layout.sha256OfBlob("blobs/plain/cd/" + sha256)).isEmpty();
        assertThat(Layout.sha256OfBlob("blobs/other/ab/" + sha256)).isEmpty();
    }
}
