package dev.reliability.backup.verify;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a restore of a {@link SmallRepository} replaces: rows and objects that have changed since. */
final class Live {
    private static final Map<String, String> LATER =
            Map.of("later.txt", "added", "two.txt", "replaced", "two again.txt", "two");

    private static final Map<String, String> RESTORED =
            Map.of("later.txt", "added", "one.txt", "one", "two.txt", "two", "two again.txt", "two");

    private final PrivatePostgres server;
    private final ObjectStore objects;
    private String database = "";

    /**
     * What can be seen from outside.
     *
     * @param nextTransaction the server's next number for one that writes: the same number twice means that none wrote
     *     anything in between, in any database, not even one that was rolled back
     * @param databases with their numbers
     * @param contents of the objects, with the moments at which they were written
     */
    record State(String nextTransaction, List<String> databases, List<String> rows, Map<String, String> contents) {}

    /** One where nobody writes but a test, not even the server itself; the caller closes it. */
    static PrivatePostgres quietServer() {
        PrivatePostgres server = PrivatePostgres.create();
        server.execute(
                PrivatePostgres.SUPERUSER, "postgres", "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()");
        return server;
    }

    Live(PrivatePostgres server, Path documents) throws IOException {
        this.server = server;
        this.objects = LocalObjectStore.open(documents);
        change();
    }

    /** Makes them what they have become, whatever a restore has made of them. */
    void change() throws IOException {
        server.query(
                        "postgres",
                        "SELECT quote_ident(datname) FROM pg_database WHERE starts_with(datname, '" + database
                                + "') AND '" + database + "' <> ''")
                .forEach(name -> server.execute(
                        PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + name + " WITH (FORCE)"));
        database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE document (key text PRIMARY KEY)",
                "INSERT INTO document VALUES ('two.txt'), ('later.txt')");
        for (String key : contents(false).keySet()) {
            objects.delete(key);
        }
        for (Map.Entry<String, String> object : LATER.entrySet()) {
            byte[] content = object.getValue().getBytes(StandardCharsets.UTF_8);
            objects.put(object.getKey(), ObjectAttributes.NONE, ObjectBody.of(content));
        }
    }

    /** Whoever restores to it; the caller closes it. */
    BackupManager manager(ObjectStore repository) {
        return BackupManager.builder(repository)
                .database(server.config(database))
                .objects(objects, null)
                .signingKeys(List.of(SmallRepository.KEY))
                .build();
    }

    State state() throws IOException {
        List<String> rows = rows();
        List<String> databases = server.query("postgres", "SELECT oid || ' ' || datname FROM pg_database ORDER BY oid");
        String next = server.query("postgres", "SELECT pg_snapshot_xmax(pg_current_snapshot())")
                .get(0);
        return new State(next, databases, rows, contents(true));
    }

    /** Whether the rows are those of the backups. */
    boolean hasRestoredRows() {
        return rows().equals(List.of("one.txt", "two.txt"));
    }

    /** Whether the objects are those of the backups, and that which came later. */
    boolean hasRestoredObjects() throws IOException {
        return contents(false).equals(RESTORED);
    }

    private List<String> rows() {
        return server.query(database, "SELECT key FROM document ORDER BY key");
    }

    private Map<String, String> contents(boolean withMoments) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        List<ObjectInfo> found;
        try (Stream<ObjectInfo> all = objects.list("")) {
            found = all.toList();
        }
        for (ObjectInfo object : found) {
            try (InputStream in = objects.get(object.key())) {
                String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                contents.put(object.key(), withMoments ? content + " of " + object.lastModified() : content);
            }
        }
        return contents;
    }
}
