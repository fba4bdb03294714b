package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The facts of a real dump but for what a test says. */
final class OtherFacts {
    private final DatabaseFacts facts;
    private String serverVersion;
    private String collate;
    private List<String> extensions;
    private List<String> roles;
    private long databaseBytes;
    private DatabaseFacts.@Nullable Position position;

    private OtherFacts(DatabaseFacts facts) {
        this.facts = facts;
        this.serverVersion = facts.serverVersion();
        this.collate = facts.collate();
        this.extensions = facts.extensions();
        this.roles = facts.roles();
        this.databaseBytes = facts.databaseBytes();
        this.position = facts.position();
    }

    static OtherFacts than(DatabaseFacts facts) {
        return new OtherFacts(facts);
    }

    OtherFacts serverVersion(String value) {
        serverVersion = value;
        return this;
    }

    OtherFacts collate(String value) {
        collate = value;
        return this;
    }

    OtherFacts extensions(String... values) {
        extensions = List.of(values);
        return this;
    }

    OtherFacts roles(String... values) {
        roles = List.of(values);
        return this;
    }

    OtherFacts databaseBytes(long value) {
        databaseBytes = value;
        return this;
    }

    OtherFacts position(DatabaseFacts.@Nullable Position value) {
        position = value;
        return this;
    }

    DatabaseFacts facts() {
        return new DatabaseFacts(
                facts.name(),
                serverVersion,
                facts.dumpVersion(),
                facts.dumpedBy(),
                facts.encoding(),
                collate,
                facts.ctype(),
                facts.localeProvider(),
                facts.icuLocale(),
                facts.owner(),
                facts.acl(),
                facts.connectionLimit(),
                facts.comment(),
                facts.settings(),
                extensions,
                roles,
                facts.tables(),
                facts.sequences(),
                facts.largeObjects(),
                databaseBytes,
                position,
                facts.replacedBy());
    }
}
