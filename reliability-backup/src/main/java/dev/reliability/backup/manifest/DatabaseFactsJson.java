package dev.reliability.backup.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.DatabaseFacts.DumpRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The field {@code database} of a manifest. */
final class DatabaseFactsJson {
    private DatabaseFactsJson() {}

    static void write(@Nullable DatabaseFacts facts, JsonGenerator out) throws IOException {
        if (facts == null) {
            out.writeNull();
            return;
        }
        out.writeStartObject();
        Json.text(out, "name", facts.name());
        Json.text(out, "server_version", facts.serverVersion());
        Json.text(out, "dump_version", facts.dumpVersion());
        DumpRole dumpedBy = facts.dumpedBy();
        if (dumpedBy != null) {
            out.writeFieldName("dumped_by");
            Json.row(out, row -> {
                Json.text(row, "role", dumpedBy.name());
                row.writeBooleanField("superuser", dumpedBy.superuser());
            });
        }
        Json.text(out, "encoding", facts.encoding());
        Json.text(out, "collate", facts.collate());
        Json.text(out, "ctype", facts.ctype());
        Json.text(out, "locale_provider", facts.localeProvider());
        Json.text(out, "icu_locale", facts.icuLocale());
        Json.text(out, "owner", facts.owner());
        Json.text(out, "acl", facts.acl());
        out.writeNumberField("connection_limit", facts.connectionLimit());
        Json.text(out, "comment", facts.comment());
        out.writeArrayFieldStart("settings");
        for (DatabaseFacts.Setting setting : facts.settings()) {
            Json.row(out, row -> {
                Json.text(row, "role", setting.role());
                Json.text(row, "name", setting.name());
                Json.text(row, "value", setting.value());
            });
        }
        out.writeEndArray();
        Json.texts(out, "extensions", facts.extensions());
        Json.texts(out, "roles", facts.roles());
        out.writeArrayFieldStart("tables");
        for (DatabaseFacts.TableFacts table : facts.tables()) {
            Json.row(out, row -> {
                Json.text(row, "name", table.name());
                row.writeNumberField("rows", table.rows());
                Json.text(row, "digest", table.digest());
            });
        }
        out.writeEndArray();
        out.writeNumberField("sequences", facts.sequences());
        out.writeNumberField("large_objects", facts.largeObjects());
        out.writeNumberField("database_bytes", facts.databaseBytes());
        DatabaseFacts.Position position = facts.position();
        if (position != null) {
            out.writeObjectFieldStart("position");
            Json.text(out, "server", position.server());
            out.writeNumberField("transactions", position.transactions());
            out.writeEndObject();
        }
        if (facts.replacedBy() != null) {
            Json.text(out, "replaced_by", facts.replacedBy());
        }
        out.writeEndObject();
    }

    static @Nullable DatabaseFacts read(@Nullable JsonObject json) throws JsonFault {
        if (json == null) {
            return null;
        }
        DatabaseFacts facts = new DatabaseFacts(
                json.text("name"),
                serverVersion(json),
                json.text("dump_version"),
                dumpedBy(json),
                json.text("encoding"),
                json.text("collate"),
                json.text("ctype"),
                json.text("locale_provider"),
                json.textOrNull("icu_locale"),
                json.text("owner"),
                json.text("acl"),
                connectionLimit(json),
                json.textOrNull("comment"),
                settings(json),
                json.texts("extensions"),
                json.texts("roles"),
                tables(json),
                json.count("sequences"),
                json.count("large_objects"),
                json.count("database_bytes"),
                position(json),
                json.has("replaced_by") ? json.text("replaced_by") : null);
        json.end();
        return facts;
    }

    private static @Nullable DumpRole dumpedBy(JsonObject json) throws JsonFault {
        if (!json.has("dumped_by")) {
            return null;
        }
        JsonObject role = json.object("dumped_by");
        DumpRole dumpedBy = new DumpRole(role.text("role"), role.flag("superuser"));
        role.end();
        return dumpedBy;
    }

    private static String serverVersion(JsonObject json) throws JsonFault {
        String version = json.text("server_version");
        if (!version.matches("[0-9]{1,4}([^0-9].*)?")) {
            throw json.fault("server_version", "does not begin with a major version");
        }
        return version;
    }

    private static int connectionLimit(JsonObject json) throws JsonFault {
        long limit = json.number("connection_limit");
        if (limit < Integer.MIN_VALUE || limit > Integer.MAX_VALUE) {
            throw json.fault("connection_limit", "is out of range: " + limit);
        }
        return (int) limit;
    }

    /** Not there in manifests that are older than the field, nor where the server did not say. */
    private static DatabaseFacts.@Nullable Position position(JsonObject json) throws JsonFault {
        if (!json.has("position")) {
            return null;
        }
        JsonObject position = json.object("position");
        DatabaseFacts.Position read =
                new DatabaseFacts.Position(position.text("server"), position.count("transactions"));
        position.end();
        return read;
    }

    private static List<DatabaseFacts.Setting> settings(JsonObject json) throws JsonFault {
        List<DatabaseFacts.Setting> settings = new ArrayList<>();
        for (JsonObject row : json.objects("settings")) {
            settings.add(new DatabaseFacts.Setting(row.textOrNull("role"), row.text("name"), row.text("value")));
            row.end();
        }
        return settings;
    }

    private static List<DatabaseFacts.TableFacts> tables(JsonObject json) throws JsonFault {
        List<DatabaseFacts.TableFacts> tables = new ArrayList<>();
        for (JsonObject row : json.objects("tables")) {
            tables.add(new DatabaseFacts.TableFacts(row.text("name"), row.count("rows"), row.text("digest")));
            row.end();
        }
        return tables;
    }
}
