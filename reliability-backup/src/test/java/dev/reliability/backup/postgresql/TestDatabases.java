package dev.reliability.backup.postgresql;

/** Databases with something of everything that dumps treat in a way of its own. */
final class TestDatabases {
    private TestDatabases() {}

    /** 1,000 documents and one row elsewhere. */
    static String documents(PrivatePostgres server) {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE EXTENSION pg_trgm",
                "CREATE TYPE kind AS ENUM ('text', 'scan')",
                "CREATE DOMAIN bytes AS bigint CHECK (VALUE >= 0)",
                "CREATE TABLE documents (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, kind kind,"
                        + " size bytes, content bytea, at timestamptz,"
                        + " half bigint GENERATED ALWAYS AS (size / 2) STORED)",
                "INSERT INTO documents (name, kind, size, content, at) SELECT 'document ' || g, 'scan', g,"
                        + " decode(lpad(to_hex(g), 8, '0'), 'hex'), timestamptz 'epoch' + g * interval '1 day'"
                        + " FROM generate_series(1, 1000) g",
                "CREATE INDEX ON documents USING gin (name gin_trgm_ops)",
                "CREATE SCHEMA \"other schema\"",
                "CREATE TABLE \"other schema\".\"a table\" (id int REFERENCES documents ON DELETE CASCADE, \"COPY x FROM stdin;\" text)",
                "INSERT INTO \"other schema\".\"a table\" VALUES (1, E'\\\\.\\n\\\\! touch it\\r\\tit''s')",
                "CREATE SEQUENCE numbers START 7",
                "CREATE VIEW names AS SELECT name FROM documents",
                "CREATE FUNCTION stray() RETURNS text LANGUAGE sql AS $$ SELECT '\nCOMMIT;\n\\! id\nCOPY a FROM stdin;\n' $$",
                "CREATE FUNCTION atomic() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END",
                "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
                "CREATE STATISTICS correlated ON id, size FROM documents",
                "CREATE TYPE pair AS (a int, b int)",
                "CREATE PUBLICATION some_documents FOR TABLE documents",
                "SELECT lo_from_bytea(0, '\\xdeadbeef'), lo_from_bytea(0, '\\xcafe')");
        return database;
    }
}
