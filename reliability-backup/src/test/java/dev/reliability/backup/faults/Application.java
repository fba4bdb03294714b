package dev.reliability.backup.faults;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.storage.Content;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Whose data is backed up: rows of several kinds, and the objects that they name. Each change makes other data. */
final class Application {
    private static final List<String> KEPT = List.of("kept/empty", "kept/one", "kept/the same", "kept/large");
    private static final List<String> CHANGING = List.of("changing/0", "changing/1");
    private static final String FINGERPRINT = """
            SELECT md5(concat_ws('|',
                (SELECT string_agg(d::text, ',' ORDER BY d.key) FROM document d),
                (SELECT string_agg(f::text, ',' ORDER BY f.id) FROM filler f),
                (SELECT last_value FROM numbers),
                (SELECT string_agg(md5(lo_get(l.oid)), ',' ORDER BY l.oid) FROM pg_largeobject_metadata l),
                (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_stat_user_tables)))
            """;

    private final PrivatePostgres server;
    private final String database;
    private final ObjectStore objects;
    private int generation;

    /** Makes a database and a folder for it. */
    Application(PrivatePostgres server, Path folder) throws IOException {
        this.server = server;
        database = server.createDatabase();
        objects = LocalObjectStore.open(folder);
        sql(
                "CREATE TABLE document (key text PRIMARY KEY, title text NOT NULL)",
                "CREATE TABLE filler (id int PRIMARY KEY, words text)",
                "CREATE SEQUENCE numbers",
                "INSERT INTO filler SELECT n, repeat(md5(n::text), 5) FROM generate_series(1, 4000) n",
                "SELECT lo_from_bytea(0, decode(repeat('00ff5c0d0a', 5000), 'hex'))");
        put("kept/empty", Content.EMPTY);
        put("kept/one", new Content(1, 10_000));
        put("kept/the same", new Content(1, 10_000));
        put("kept/large", new Content(2, 1_500_000));
        change();
    }

    /**
     * All that a backup must bring back.
     *
     * @param rows a hash of everything in the database
     * @param objects the hash of each object
     */
    record State(String rows, Map<String, String> objects) {}

    String database() {
        return database;
    }

    ObjectStore objects() {
        return objects;
    }

    /** Makes other data. */
    void change() throws IOException {
        generation++;
        for (String key : CHANGING) {
            put(key, new Content(100L * generation + CHANGING.indexOf(key), 20_000));
        }
        sql(
                "DELETE FROM document",
                "UPDATE filler SET words = 'generation " + generation + "' WHERE id % 400 = 0",
                "SELECT nextval('numbers')");
        for (String key : Stream.concat(KEPT.stream(), CHANGING.stream()).toList()) {
            sql("INSERT INTO document VALUES ('" + key + "', 'title " + generation + "')");
        }
    }

    /** Loses a part of what a backup of this type brings back, and gets something new that no backup knows. */
    void lose(BackupType type) throws IOException {
        if (type.hasDatabase()) {
            sql(
                    "DELETE FROM filler WHERE id > 7",
                    "UPDATE document SET title = 'lost'",
                    "CREATE TABLE later (a int)",
                    "SELECT setval('numbers', 1000000)",
                    "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
        }
        if (type.hasStorage()) {
            objects.delete("kept/one");
            put("kept/large", new Content(3, 7));
            put("later", new Content(4, 7));
        }
    }

    State state() throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<ObjectInfo> all = objects.list("")) {
            for (ObjectInfo object : (Iterable<ObjectInfo>) all::iterator) {
                try (InputStream in = objects.get(object.key())) {
                    hashes.put(object.key(), RepositoryFolder.sha256(in.readAllBytes()));
                }
            }
        }
        return new State(server.query(database, FINGERPRINT).get(0), hashes);
    }

    /** The rows' own objects. */
    static Stream<String> keys(Connection connection) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT key FROM document")) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        return keys.stream();
    }

    private void put(String key, Content content) throws IOException {
        objects.put(key, ObjectAttributes.NONE, content.body());
    }

    private void sql(String... statements) {
        server.execute(PrivatePostgres.ROLE, database, statements);
    }
}
