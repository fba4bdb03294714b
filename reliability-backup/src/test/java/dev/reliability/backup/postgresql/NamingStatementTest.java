package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.DumpNames.Use;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which roles and extensions a dump names. */
class NamingStatementTest {
    private static final String TRAILER = "--\n-- PostgreSQL database dump complete\n--\n\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OWNER    | plain         | ALTER TABLE public.t OWNER TO plain;",
                "OWNER    | plain         | alter table public.t owner to PLAIN;",
                "OWNER    | Odd \"role; x | ALTER FUNCTION public.f(a text, b \"owner to\") OWNER TO \"Odd \"\"role; x\";",
                "OWNER    | müller        | ALTER LARGE OBJECT 16435 OWNER TO müller;",
                "OWNER    | plain         | ALTER DEFAULT PRIVILEGES FOR ROLE plain IN SCHEMA s REVOKE ALL ON TABLES FROM PUBLIC;",
                "OWNER    | plain         | CREATE SCHEMA s AUTHORIZATION plain;",
                "GRANTEE  | reader        | ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES  TO reader;",
                "GRANTEE  | reader        | GRANT SELECT(a),UPDATE(b) ON TABLE public.t TO reader WITH GRANT OPTION;",
                "GRANTEE  | reader        | GRANT ALL ON FUNCTION public.f(\"to\" text) TO reader;",
                "GRANTEE  | reader        | REVOKE ALL ON TABLE public.t FROM reader;",
                "GRANTEE  | reader        | GRANT USAGE ON SCHEMA s TO PUBLIC, reader;",
                "SUBJECT  | tenant        | CREATE POLICY p ON public.t FOR SELECT TO tenant USING ((a = 1));",
                "SUBJECT  | tenant        | CREATE USER MAPPING FOR tenant SERVER s OPTIONS (\"user\" 'to x');",
                "SESSION  | plain         | SET SESSION AUTHORIZATION 'plain';",
                "SESSION  | plain         | SET SESSION AUTHORIZATION plain;",
                "EXTENSION| uuid-ossp     | CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public;",
                "EXTENSION| citext        | CREATE EXTENSION citext;"
            })
    void what_a_statement_needs_is_found_however_it_is_cut(Use use, String name, String statement) throws IOException {
        for (int piece = 1; piece < statement.length(); piece++) {
            DumpNames names = survey("SET x = 1;\n" + statement + "\n", StandardCharsets.UTF_8, piece);

            assertThat(names.byUse()).as("in pieces of %s", piece).isEqualTo(Map.of(use, Set.of(name)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY public.t (a) FROM stdin;\nALTER TABLE t OWNER TO nobody;\n\\.\n",
                "COMMENT ON TABLE t IS '\nALTER TABLE t OWNER TO nobody;\n';\n",
                "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $_$\nGRANT ALL ON t TO nobody;\n$_$;\n",
                "-- ALTER TABLE t OWNER TO nobody;\n/* GRANT ALL ON t TO nobody; */\n",
                "ALTER TABLE t ALTER COLUMN a SET DEFAULT ' OWNER TO nobody'::text;\n",
                "GRANT ALL ON TABLE t TO PUBLIC;\nREVOKE ALL ON TABLE t FROM CURRENT_USER;\n",
                "RESET SESSION AUTHORIZATION;\nSET SESSION AUTHORIZATION DEFAULT;\n",
                "CREATE POLICY p ON public.t USING ((a = 'TO nobody'::text));\n",
                "CREATE POLICY p ON public.t TO PUBLIC;\n",
                "CREATE ROLE nobody;\nALTER TABLE t OWNER TO nobody;\n",
                "CREATE SCHEMA nobody;\nCREATE USER nobody;\n",
            })
    void what_only_looks_like_a_name_or_needs_nothing_is_none(String sql) throws IOException {
        assertThat(survey(sql, StandardCharsets.UTF_8, 7).byUse().values().stream()
                        .flatMap(Set::stream))
                .isEmpty();
    }

    @Test
    void a_dump_in_another_encoding_is_read_too() throws IOException {
        assertThat(survey("ALTER TABLE t OWNER TO \"müller\";\n", StandardCharsets.ISO_8859_1, 5)
                        .of(Use.OWNER))
                .containsExactly("müller");
    }

    @Test
    void a_statement_or_a_list_beyond_all_measure_takes_no_memory_and_is_left_to_the_server() throws IOException {
        String many = IntStream.range(0, 12_000)
                .mapToObj(i -> "GRANT ALL ON TABLE t TO r" + i + ";\n")
                .collect(Collectors.joining());
        String endless = "ALTER FUNCTION f(" + "integer, ".repeat(20_000) + "text) OWNER TO nobody;\n";

        DumpNames names = survey(many + endless + "ALTER TABLE t OWNER TO last;\n", StandardCharsets.UTF_8, 4096);

        assertThat(names.of(Use.GRANTEE)).hasSize(10_000);
        assertThat(names.of(Use.OWNER)).containsExactly("last");
    }

    /** @param piece no more bytes are read at once */
    private static DumpNames survey(String sql, Charset charset, int piece) throws IOException {
        NamingStatement names = new NamingStatement();
        InputStream in = new ByteArrayInputStream((sql + TRAILER).getBytes(charset)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, piece));
            }
        };
        DumpCopy.naming(names).copy(in, OutputStream.nullOutputStream(), bytes -> {});
        return names.all();
    }
}
