package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DumpScannerTest {
    private static final String TRAILER = "--\n-- PostgreSQL database dump complete\n--\n\n";
    private static final String ROWS = "COPY public.t (a, b) FROM stdin;\n1\tx\n2\ty\n\\.\n";

    @Test
    void rows_are_counted_and_hashed_line_by_line() throws DumpFormatException {
        DumpScanner scanner = scan(ROWS + "COPY s.empty (a) FROM stdin;\n\\.\n\n\nCOPY s.zero  FROM stdin;\n\n\n\\.\n");
        assertThat(scanner.tables())
                .containsExactly(
                        new TableFacts("public.t", 2, digest("1\tx", "2\ty")),
                        new TableFacts("s.empty", 0, digest()),
                        new TableFacts("s.zero", 2, digest("", "")));
        assertThat(scanner.headers())
                .containsExactly(
                        new CopyHeader("public.t", "(a, b)"),
                        new CopyHeader("s.empty", "(a)"),
                        new CopyHeader("s.zero", ""));
    }

    @Test
    void a_table_in_two_pieces_is_one() throws DumpFormatException {
        assertThat(scan(ROWS + "SELECT 1;\n" + ROWS).tables())
                .containsExactly(new TableFacts("public.t", 4, digest("1\tx", "2\ty", "1\tx", "2\ty")));
    }

    @Test
    void the_order_of_rows_does_not_matter_and_each_bit_of_them_does() throws DumpFormatException {
        String one = digestOf("1\tx\n2\ty\n");
        assertThat(digestOf("2\ty\n1\tx\n")).isEqualTo(one);
        assertThat(digestOf("1\tx\n2\tz\n")).isNotEqualTo(one);
        assertThat(digestOf("1\tx\n1\tx\n2\ty\n")).isNotEqualTo(one);
        assertThat(digestOf("1\tx2\ty\n\n")).isNotEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'COPY public.fake (a) FROM stdin;\n';\n",
                "SELECT 'it''s\nCOPY public.fake (a) FROM stdin;\n';\n",
                "SELECT 'a\\';\n",
                "SELECT 'a\\\nCOPY public.fake (a) FROM stdin;\n';\n",
                "SELECT E'a\\'b\nCOPY public.fake (a) FROM stdin;\n\\\\';\n",
                "SELECT e'a''\nCOPY public.fake (a) FROM stdin;\n\\'';\n",
                "SELECT E'a'\n  '\\'\nCOPY public.fake (a) FROM stdin;\n';\n",
                "SELECT U&'a\\';\nSELECT nameE'\\';\n",
                "SELECT \"COPY\"\"\nCOPY public.fake (a) FROM stdin;\n\";\n",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nCOPY public.fake (a) FROM stdin;\n$$;\n",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $_x1$ $$ $_x$ $_x1\nCOPY public.fake (a) FROM stdin;\n$$_x1$;\n",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $a$ ' $a$;\nSELECT $1, a$b$c, '$$';\n",
                "/* ' /* \" */ $$\nCOPY public.fake (a) FROM stdin;\n*/\n",
                "-- it's \" $$ /*\n",
                "SELECT 1 - 2, 3 / 4, '--', '/*'; -- COPY public.fake (a) FROM stdin;\n",
                "- 1;\n",
                "SELECT 1; COPY public.fake (a) FROM stdin;\n",
                "SELECT 1\n  COPY public.fake (a) FROM stdin;\n",
                "\\restrict it's\n",
                "COPY public.fake (a) TO stdout;\nCOPYx;\n",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n SELECT 1;\n SELECT 2;\nEND;\n",
            })
    void text_that_looks_like_something_else_does_not_hide_or_fake_rows(String sql) throws DumpFormatException {
        String dump = sql + ROWS + TRAILER;
        for (int piece : new int[] {1, 2, 3, 7, 100_000}) {
            DumpScanner scanner = scan(dump, piece);
            assertThat(scanner.tables()).containsExactly(new TableFacts("public.t", 2, digest("1\tx", "2\ty")));
            assertThat(scanner.complete()).isTrue();
        }
    }

    @Test
    void rows_may_look_like_anything_but_their_end() throws DumpFormatException {
        String[] rows = {
            "COPY public.fake (a) FROM stdin;",
            "\\\\.",
            "\\.x",
            "x\\.",
            "it's \" $$ /* --",
            "\\N",
            "\\\\",
            TRAILER.strip()
        };
        String text = String.join("\n", rows).replace(TRAILER.strip(), "-- PostgreSQL database dump complete");
        DumpScanner scanner = scan("COPY public.t (a) FROM stdin;\n" + text + "\n\\.\n", 1);
        assertThat(scanner.tables()).containsExactly(new TableFacts("public.t", rows.length, digest(text.split("\n"))));
        assertThat(scanner.complete()).isFalse();
    }

    @Test
    void names_may_have_any_signs() throws DumpFormatException {
        DumpScanner scanner =
                scan("COPY \"文 \"\"档\"\".(\".\"\n FROM stdin\" (\"x\ny\", \") FROM stdin;\") FROM stdin;\n1\n\\.\n");
        assertThat(scanner.tables())
                .containsExactly(new TableFacts("\"文 \"\"档\"\".(\".\"\n FROM stdin\"", 1, digest("1")));
    }

    @Test
    void a_dump_is_complete_only_with_its_trailer_at_its_end() throws DumpFormatException {
        assertThat(scan(ROWS + TRAILER).complete()).isTrue();
        assertThat(scan(ROWS + TRAILER + "\\unrestrict abc\n\n").complete()).isTrue();
        assertThat(scan(ROWS).complete()).isFalse();
        assertThat(scan(ROWS + TRAILER + "SELECT 1;\n").complete()).isFalse();
        assertThat(scan(ROWS + TRAILER + "SELECT '").complete()).isFalse();
        assertThat(scan("COPY public.t (a, b) FROM stdin;\n" + TRAILER).complete())
                .isFalse();
        assertThat(scan("SELECT '\n" + TRAILER).complete()).isFalse();
        assertThat(scan("SELECT 1\n" + TRAILER).complete()).isFalse();
        assertThat(scan("/*\n" + TRAILER).complete()).isFalse();
    }

    @Test
    void every_cut_of_a_dump_is_seen() throws DumpFormatException {
        String dump = "SET x = 'y';\n" + ROWS + TRAILER;
        int whole = dump.indexOf("complete\n") + "complete\n".length();
        for (int length = 0; length < whole; length++) {
            assertThat(scan(dump.substring(0, length)).complete())
                    .as("cut at %s", length)
                    .isFalse();
        }
    }

    @Test
    void other_sql_behind_a_header_is_refused() {
        assertThatThrownBy(() -> scan("COPY public.t (a) FROM stdin; SELECT 1;\n"))
                .isInstanceOf(DumpFormatException.class);
    }

    @Test
    void pieces_of_any_size_give_the_same() throws DumpFormatException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add("r".repeat(random.nextInt(40)) + "\\" + ".".repeat(random.nextInt(3)) + i);
        }
        String expected = digest(rows.toArray(new String[0]));
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(rows, random);
            String dump = "COPY public.t (a) FROM stdin;\n" + String.join("\n", rows) + "\n\\.\n" + TRAILER;
            DumpScanner scanner = scan(dump, 1 + random.nextInt(200));
            assertThat(scanner.tables())
                    .as("seed %s", seed)
                    .containsExactly(new TableFacts("public.t", rows.size(), expected));
            assertThat(scanner.complete()).as("seed %s", seed).isTrue();
        }
    }

    private static String digestOf(String rows) throws DumpFormatException {
        return scan("COPY public.t (a) FROM stdin;\n" + rows + "\\.\n")
                .tables()
                .get(0)
                .digest();
    }

    private static DumpScanner scan(String dump) throws DumpFormatException {
        return scan(dump, 1 << 20);
    }

    private static DumpScanner scan(String dump, int piece) throws DumpFormatException {
        byte[] bytes = dump.getBytes(StandardCharsets.UTF_8);
        DumpScanner scanner = new DumpScanner(List.of());
        for (int start = 0; start < bytes.length; start += piece) {
            byte[] part = new byte[Math.min(piece, bytes.length - start)];
            System.arraycopy(bytes, start, part, 0, part.length);
            int position = 0;
            while (position < part.length) {
                position = scanner.advance(part, position, part.length);
            }
        }
        return scanner;
    }

    /** The definition of the digest, in other words. */
    private static String digest(String... lines) {
        BigInteger sum = BigInteger.ZERO;
        for (String line : lines) {
            HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(line.getBytes(StandardCharsets.UTF_8));
            byte[] bytes = new byte[17];
            for (int i = 0; i < 8; i++) {
                bytes[1 + i] = (byte) (hash.getMostSignificantBits() >>> (56 - 8 * i));
                bytes[9 + i] = (byte) (hash.getLeastSignificantBits() >>> (56 - 8 * i));
            }
            sum = sum.add(new BigInteger(bytes));
        }
        return String.format("%032x", sum.mod(BigInteger.ONE.shiftLeft(128)));
    }
}
