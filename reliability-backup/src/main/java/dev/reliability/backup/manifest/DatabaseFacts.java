package dev.reliability.backup.manifest;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a dump does not carry, and what proves that a restored database is the same.
 *
 * @param name the database's name
 * @param serverVersion such as {@code 15.18}
 * @param dumpVersion of the pg_dump that wrote it
 * @param dumpedBy the role that dumped it; null in manifests that do not say
 * @param encoding such as {@code UTF8}
 * @param collate its LC_COLLATE
 * @param ctype its LC_CTYPE
 * @param localeProvider {@code c} for libc, {@code i} for ICU, {@code b} for built in
 * @param icuLocale the provider's locale; null for libc
 * @param owner its owner
 * @param acl its privileges as PostgreSQL prints them, the default ones written out
 * @param connectionLimit -1 for none
 * @param comment null for none
 * @param settings from {@code ALTER DATABASE … SET} and {@code ALTER ROLE … IN DATABASE … SET}
 * @param extensions name and version, such as {@code pg_trgm 1.6}
 * @param roles the roles that own something in it or are named in its privileges
 * @param tables each table whose rows are in the dump
 * @param sequences how many sequences it has
 * @param largeObjects how many large objects it has
 * @param databaseBytes pg_database_size at the snapshot
 * @param position how far the server was at the snapshot; null if it did not say, and in older manifests
 * @param replacedBy the operation that had replaced this database before it was dumped; null for one that was live
 */
public record DatabaseFacts(
        String name,
        String serverVersion,
        String dumpVersion,
        @Nullable DumpRole dumpedBy,
        String encoding,
        String collate,
        String ctype,
        String localeProvider,
        @Nullable String icuLocale,
        String owner,
        String acl,
        int connectionLimit,
        @Nullable String comment,
        List<Setting> settings,
        List<String> extensions,
        List<String> roles,
        List<TableFacts> tables,
        long sequences,
        long largeObjects,
        long databaseBytes,
        @Nullable Position position,
        @Nullable String replacedBy) {
    public DatabaseFacts {
        settings = List.copyOf(settings);
        extensions = List.copyOf(extensions);
        roles = List.copyOf(roles);
        tables = List.copyOf(tables);
    }

    /** The server's major version, such as 15. */
    public int serverMajor() {
        return Integer.parseInt(serverVersion.split("[^0-9]", 2)[0]);
    }

    /** The same with these tables. */
    public DatabaseFacts withTables(List<TableFacts> counted) {
        return new DatabaseFacts(
                name,
                serverVersion,
                dumpVersion,
                dumpedBy,
                encoding,
                collate,
                ctype,
                localeProvider,
                icuLocale,
                owner,
                acl,
                connectionLimit,
                comment,
                settings,
                extensions,
                roles,
                counted,
                sequences,
                largeObjects,
                databaseBytes,
                position,
                replacedBy);
    }

    /**
     * The same as it was before it was replaced, which changed its name and closed it. How far the server is now says
     * nothing of how far it was then.
     */
    public DatabaseFacts replaced(String operation, Dress before) {
        return new DatabaseFacts(
                before.name(),
                serverVersion,
                dumpVersion,
                dumpedBy,
                encoding,
                collate,
                ctype,
                localeProvider,
                icuLocale,
                owner,
                before.acl(),
                before.connectionLimit(),
                before.comment(),
                settings,
                extensions,
                Stream.concat(roles.stream(), before.roles().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                tables,
                sequences,
                largeObjects,
                databaseBytes,
                null,
                operation);
    }

    /**
     * What a database loses when it is replaced.
     *
     * @param roles those that its privileges name
     */
    public record Dress(
            String name,
            String acl,
            int connectionLimit,
            @Nullable String comment,
            List<String> roles) {
        public Dress {
            roles = List.copyOf(roles);
        }
    }

    /**
     * Who dumped a database, and so has the rights with which it is restored.
     *
     * @param superuser whether it was one
     */
    public record DumpRole(String name, boolean superuser) {}

    /**
     * A setting of the database.
     *
     * @param role the role that it is for; null for all
     * @param name such as {@code timezone}
     * @param value as PostgreSQL keeps it
     */
    public record Setting(@Nullable String role, String name, String value) {}

    /**
     * How far a server is, so that a later look tells how many transactions came in between. It counts what wrote
     * something, in all databases of the server: a number of one database alone would count readers too.
     *
     * @param server the cluster's system identifier: another cluster counts from elsewhere
     * @param transactions how many transactions with an id had ended
     */
    public record Position(String server, long transactions) {}

    /**
     * A table's rows.
     *
     * @param name as it stands in the dump, quoted where needed
     * @param rows how many
     * @param digest the sum modulo 2^128 of a 128-bit hash of each line of its COPY data, 32 hexadecimal digits: the
     *     same for the same rows in any order
     */
    public record TableFacts(String name, long rows, String digest) {}
}
