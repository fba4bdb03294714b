package dev.reliability.backup.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The fields of a manifest, without its seal. */
final class ManifestJson {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private ManifestJson() {}

    static void write(Manifest manifest, JsonGenerator out) throws IOException {
        out.writeNumberField("format", ManifestCodec.FORMAT);
        Json.text(out, "id", manifest.id());
        Json.text(out, "type", manifest.type().wireName());
        Json.text(out, "status", manifest.status().wireName());
        Json.text(out, "created_at", manifest.createdAt());
        Json.text(out, "finished_at", manifest.finishedAt());
        Json.text(out, "operation", manifest.operation());
        Json.text(out, "requested_by", manifest.requestedBy());
        Json.text(out, "message", manifest.message());
        out.writeNumberField("added_bytes", manifest.addedBytes());
        out.writeArrayFieldStart("artifacts");
        for (Artifact artifact : manifest.artifacts()) {
            Json.row(out, row -> writeArtifact(artifact, row));
        }
        out.writeEndArray();
        out.writeFieldName("database");
        DatabaseFactsJson.write(manifest.database(), out);
        out.writeFieldName("objects");
        ObjectsFactsJson.write(manifest.objects(), out);
    }

    static Manifest read(JsonObject json) throws JsonFault {
        String id = json.text("id");
        if (!BackupId.isValid(id)) {
            throw json.fault("id", "is not the id of a backup");
        }
        List<Artifact> artifacts = new ArrayList<>();
        for (JsonObject artifact : json.objects("artifacts")) {
            artifacts.add(readArtifact(artifact));
        }
        Manifest manifest = new Manifest(
                id,
                BackupType.of(json.text("type")).orElseThrow(() -> json.fault("type", "is not a type of backups")),
                BackupStatus.of(json.text("status"))
                        .filter(status -> status.exists() || status == BackupStatus.FAILED)
                        .orElseThrow(() -> json.fault("status", "is not one that a manifest can have")),
                json.instant("created_at"),
                json.instant("finished_at"),
                json.text("operation"),
                json.text("requested_by"),
                artifacts,
                DatabaseFactsJson.read(json.objectOrNull("database")),
                ObjectsFactsJson.read(json.objectOrNull("objects")),
                json.count("added_bytes"),
                json.textOrNull("message"));
        json.end();
        return manifest;
    }

    private static void writeArtifact(Artifact artifact, JsonGenerator out) throws IOException {
        Json.text(out, "role", artifact.role());
        Json.text(out, "key", artifact.key());
        out.writeNumberField("bytes", artifact.bytes());
        Json.text(out, "sha256", artifact.sha256());
        out.writeNumberField("plain_bytes", artifact.plainBytes());
        Json.text(out, "compression", artifact.compression().wireName());
        Json.text(out, "keyset", artifact.keyset());
    }

    private static Artifact readArtifact(JsonObject json) throws JsonFault {
        Artifact artifact = new Artifact(
                json.text("role"),
                json.text("key"),
                json.count("bytes"),
                hash(json, "sha256"),
                json.count("plain_bytes"),
                Compression.of(json.text("compression"))
                        .orElseThrow(() -> json.fault("compression", "is not one that is known")),
                json.text("keyset"));
        json.end();
        return artifact;
    }

    private static String hash(JsonObject json, String name) throws JsonFault {
        String text = json.text(name);
        if (!SHA256.matcher(text).matches()) {
            throw json.fault(name, "is not 64 hexadecimal digits in lower case");
        }
        return text;
    }
}
