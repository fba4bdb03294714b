package dev.reliability.backup.archive;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.repository.Layout;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a person with a shell must know to use an archive without us. Every line that is not one for the shell is a
 * comment to it, so that the whole can be run, and is by a test.
 */
final class ArchiveReadme {
    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_]+");
    private static final String IDENTITY = """

            # It is encrypted: IDENTITY has to be set to the file with the identity of one of its recipients.

            test -r "$IDENTITY"
            """;

    private ArchiveReadme() {}

    static String of(Manifest manifest) {
        StringBuilder text = new StringBuilder(introduction(manifest)).append(check(manifest));
        if (isEncrypted(manifest)) {
            text.append(IDENTITY);
        }
        DatabaseFacts database = manifest.database();
        if (database != null) {
            text.append(restoreDatabase(manifest, database));
        }
        if (hasObjects(manifest)) {
            text.append(restoreObjects(manifest));
        }
        return text.toString();
    }

    private static boolean hasObjects(Manifest manifest) {
        ObjectsFacts objects = manifest.objects();
        return objects != null && objects.count() > 0;
    }

    private static boolean isEncrypted(Manifest manifest) {
        return manifest.artifacts().stream().anyMatch(Artifact::isEncrypted);
    }

    private static String introduction(Manifest manifest) {
        return """
                # Backup %1$s (%2$s, %3$s), made at %4$s.
                #
                # This folder is a backup repository of its own: BACKUP_DIR set to its path lists and restores what is
                # in it, and "import" takes the tar file into another repository. The lines below need neither: in this
                # folder they check and restore it with a shell, gunzip or zstd, sha256sum, psql, for objects jq, and
                # where files end with .age the program age.
                """.formatted(
                manifest.id(), manifest.type().wireName(), manifest.status().wireName(), manifest.createdAt());
    }

    private static String check(Manifest manifest) {
        String key = Layout.manifest(manifest.type(), manifest.id());
        String sums = manifest.artifacts().stream()
                .map(artifact -> artifact.sha256() + "  " + artifact.key() + "\n")
                .collect(Collectors.joining());
        String blobs = hasObjects(manifest)
                ? "gunzip -c " + Layout.refs(manifest.type(), manifest.id())
                        + " | awk '{ print $3 \"  \" $1 }' | sort -u | sha256sum -c --quiet -\n"
                : "";
        return """

                # Check: every file is as it was written if none of these lines fails.

                test "$(head -n -2 %1$s | sha256sum | cut -c 1-64)" = "$(tail -n 2 %1$s | cut -d '"' -f 4 | head -n 1)"
                sha256sum -c --quiet - <<'END'
                %2$sEND
                %3$s
                # Who made it: this must print the value of "hmac" in the manifest.
                #
                #   head -n -3 %1$s | openssl dgst -sha256 -hmac "$BACKUP_SIGNING_KEY"
                """.formatted(key, sums, blobs);
    }

    private static String restoreDatabase(Manifest manifest, DatabaseFacts database) {
        String globals = manifest.artifact(Artifact.GLOBALS)
                .map(artifact -> "#\n# Roles that are missing can be made first:\n#\n#   " + print(artifact)
                        + " | psql -X -d postgres\n")
                .orElse("");
        String encoding = PLAIN_WORD.matcher(database.encoding()).matches() ? database.encoding() : "UTF8";
        return """

                # Restore the database into a new one, to look at it before it replaces anything. The SQL runs with all
                # rights of the role that loads it: check first who made it. Locale and owner stand in the manifest.
                %1$s
                createdb -T template0 -E %2$s restored
                %3$s | psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d restored
                """.formatted(globals, encoding, print(manifest, Artifact.DUMP));
    }

    private static String restoreObjects(Manifest manifest) {
        return """

                # Restore the objects into a new folder; the index names the file of each object's bytes.

                %1$s | jq -r '[.blob, .key] | @tsv' |
                while IFS="$(printf '\\t')" read -r blob key; do
                  mkdir -p "restored/$(dirname "$key")" && %2$s "restored/$key"
                done
                """.formatted(
                        print(manifest, Artifact.OBJECTS),
                        isEncrypted(manifest) ? "age -d -i \"$IDENTITY\" \"$blob\" >" : "cp \"$blob\"");
    }

    private static String print(Manifest manifest, String role) {
        return manifest.artifact(role)
                .map(ArchiveReadme::print)
                .orElseThrow(() -> new IllegalStateException("the manifest names no " + role));
    }

    /** The command that prints what is in it. */
    private static String print(Artifact artifact) {
        String unpack = switch (artifact.compression()) {
            case GZIP -> "gunzip -c";
            case ZSTD -> "zstd -dc";
        };
        return artifact.isEncrypted()
                ? "age -d -i \"$IDENTITY\" " + artifact.key() + " | " + unpack
                : unpack + " " + artifact.key();
    }
}
