package dev.reliability.backup.postgresql;

import java.nio.file.Path;

/**
 * SQL that means harm, in a dump of the table {@code public.words (id, word)}, each with the witness that it leaves where
 * nothing stops it. Knows nothing of our code, so that it can be brought to every door.
 */
public enum HostileDump {
    SHELL_COMMAND("\\! touch <file>", Witness.FILE, Words.RESTRICTED),
    COPY_TO_PROGRAM_BY_PSQL("\\copy public.words to program 'touch <file>'", Witness.FILE, Words.RESTRICTED),
    COPY_TO_FILE_BY_PSQL("\\copy public.words to '<file>'", Witness.FILE, Words.RESTRICTED),
    OUTPUT_TO_PROGRAM("\\o |touch <file>", Witness.FILE, Words.RESTRICTED),
    OTHER_CONNECTION("\\connect <other>\nCREATE TABLE public.planted ();", Witness.TABLE, Words.RESTRICTED),

    /** For a reader that looks for headers alone, the command is a row. */
    COMMAND_BEHIND_A_LITERAL(
            "SELECT '\nCOPY public.words (id, word) FROM stdin;\n';\n\\! touch <file>\n\\.",
            Witness.FILE,
            Words.RESTRICTED),

    /** The same for a reader that knows literals and not this setting; ours is one. */
    COMMAND_BEHIND_AN_ESCAPE(
            "SET standard_conforming_strings = off;\n"
                    + "SELECT '\\';\nCOPY public.words (id, word) FROM stdin;\n';\n\\! touch <file>\n\\.",
            Witness.FILE,
            Words.RESTRICTED),

    COPY_FROM_PROGRAM("COPY public.words FROM PROGRAM 'touch <file>';", Witness.FILE, Words.PROGRAM),
    COPY_FROM_PROGRAM_IN_PIECES(
            "DO $$ BEGIN EXECUTE 'COPY public.words FROM PRO' || 'GRAM ''touch <file>'''; END $$;",
            Witness.FILE,
            Words.PROGRAM),
    COPY_TO_FILE("COPY public.words TO '<file>';", Witness.FILE, "COPY to a file"),
    LARGE_OBJECT_TO_FILE(
            "SELECT lo_create(4711);\nSELECT lo_export(4711, '<file>');",
            Witness.FILE,
            "permission denied for function lo_export"),

    DROP_AFTER_COMMIT("COMMIT;\n" + Words.DROP + ";", Witness.DATABASE, "violates foreign key constraint"),
    DROP_AFTER_ROLLBACK(
            "ROLLBACK;\n" + Words.DROP + ";",
            Witness.DATABASE,
            "cannot execute DROP DATABASE in a read-only transaction"),
    DROP_BY_AN_INDEX(Words.index("EXECUTE '" + Words.DROP + "';"), Witness.NONE, Words.IN_A_TRANSACTION),
    DROP_BY_AN_INDEX_OF_ROWS_TO_COME(
            Position.BEFORE_ROWS, DROP_BY_AN_INDEX.sql, Witness.NONE, Words.IN_A_TRANSACTION, Harm.NEVER),
    COMMIT_BY_AN_INDEX(Words.index("COMMIT;"), Witness.NONE, "invalid transaction termination"),

    /** Everybody may change the own password, and that is all it takes. */
    PASSWORD(Position.AFTER_ROWS, Words.PASSWORD + ";", Witness.PASSWORD, "", Harm.ALWAYS),
    PASSWORD_BY_AN_INDEX(Position.AFTER_ROWS, Words.index(Words.PASSWORD + ";"), Witness.PASSWORD, "", Harm.ALWAYS),
    PASSWORD_BY_AN_INDEX_OF_ROWS_TO_COME(
            Position.BEFORE_ROWS, PASSWORD_BY_AN_INDEX.sql, Witness.PASSWORD, "", Harm.ALWAYS),

    /** Whoever knows how we load can undo it. In place the live database is the one that psql is connected to. */
    DROP_WITH_WRITES_ALLOWED(
            Position.AFTER_ROWS,
            "ROLLBACK;\nSET default_transaction_read_only = off;\n" + Words.DROP + ";",
            Witness.DATABASE,
            "cannot drop the currently open database",
            Harm.BY_SWITCH),
    COMMIT_WITHOUT_THE_GUARD(
            Position.AFTER_ROWS,
            "DELETE FROM pg_temp.reliability_guard;\nCOMMIT;\nSELECT 1 / 0;",
            Witness.ROWS,
            "division by zero",
            Harm.IN_PLACE);

    /** What is to be found where it worked. */
    public enum Witness {
        /** A file, of psql's user or of the server's. */
        FILE,
        /** The table {@code public.planted} in another database. */
        TABLE,
        /** The live database is gone. */
        DATABASE,
        /** The live database has the rows of a dump that failed. */
        ROWS,
        /** The role's password is another one. */
        PASSWORD,
        /** Nothing: PostgreSQL lets nobody do it. */
        NONE
    }

    /** When it works all the same, once somebody has said that the dump is to be trusted. */
    public enum Harm {
        NEVER,
        BY_SWITCH,
        IN_PLACE,
        ALWAYS
    }

    private enum Position {
        BEFORE_ROWS,
        AFTER_ROWS
    }

    /** What it is aimed at; the file's folder is one that everybody may write into. */
    public record Target(Path file, String live, String other, String role) {}

    /** Constants of their own class can not be named in those of an enum. */
    private static final class Words {
        private static final String RESTRICTED = "backslash commands are restricted";
        private static final String PROGRAM = "COPY to or from an external program";
        private static final String IN_A_TRANSACTION = "DROP DATABASE cannot run inside a transaction block";
        private static final String DROP = "DROP DATABASE <live> WITH (FORCE)";
        private static final String PASSWORD = "ALTER ROLE <role> PASSWORD 'hostile'";

        /** What is called immutable and used by an index runs once for each row, whoever writes it. */
        static String index(String statement) {
            return "CREATE FUNCTION public.harm() RETURNS text LANGUAGE plpgsql AS $$ BEGIN " + statement
                    + " RETURN ''; END $$;\n"
                    + "CREATE FUNCTION public.innocent(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS"
                    + " $$ BEGIN RETURN public.harm(); END $$;\n"
                    + "CREATE INDEX ON public.words (public.innocent(word));";
        }
    }

    private final Position position;
    private final String sql;
    private final Witness witness;
    private final String refusal;
    private final Harm harm;

    HostileDump(String sql, Witness witness, String refusal) {
        this(Position.AFTER_ROWS, sql, witness, refusal, Harm.NEVER);
    }

    HostileDump(Position position, String sql, Witness witness, String refusal, Harm harm) {
        this.position = position;
        this.sql = sql;
        this.witness = witness;
        this.refusal = refusal;
        this.harm = harm;
    }

    public Witness witness() {
        return witness;
    }

    /** What the error says that stops it; empty if nothing does. */
    public String refusal() {
        return refusal;
    }

    public Harm harm() {
        return harm;
    }

    /**
     * Puts it into a dump. A stranger writes no {@code \restrict}, which would stop its own commands in any psql.
     *
     * @param dump of a table {@code public.words} that has rows
     */
    public String in(String dump, Target target) {
        String harmful = sql.replace("<file>", target.file().toString())
                .replace("<live>", target.live())
                .replace("<other>", target.other())
                .replace("<role>", target.role());
        String open = dump.replaceAll("(?m)^\\\\(un)?restrict .*\n", "");
        int rows = open.indexOf("COPY public.words ");
        int place = position == Position.BEFORE_ROWS ? rows : open.indexOf("\n\\.\n", rows) + "\n\\.\n".length();
        return open.substring(0, place) + harmful + "\n" + open.substring(place);
    }
}
