package dev.reliability.backup.postgresql;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** A type of column, values of it as literals, and the least change of a value. */
enum GeneratedType {
    TEXT(
            "text",
            "left(%1$s, -1) || chr(ascii(right(%1$s, 1)) # 1)",
            "''",
            "E'\\t'",
            "E'\\\\.\\n\\\\.\\n'",
            "E'\\\\N'",
            "E'a\\r\\nb\\\\c'",
            "'文档 it''s'",
            "repeat('long ', 40000)"),
    NUMBER("bigint", "%1$s # 1", "0", "-9223372036854775808", "9223372036854775806", "42"),
    DECIMAL(
            "numeric",
            "CASE %1$s WHEN 'NaN' THEN 0 ELSE round(%1$s, scale(%1$s) + 1) END",
            "'NaN'",
            "1.10",
            "-0.000000000000000000000000001",
            "12345678901234567890123456789.5"),
    FLOAT(
            "float8",
            "CASE WHEN %1$s IN ('NaN', 'Infinity', '-Infinity') THEN 7 WHEN %1$s = 0 THEN -%1$s"
                    + " ELSE %1$s * (1 + 2.220446049250313e-16::float8) END",
            "'NaN'",
            "'-0'",
            "0",
            "'Infinity'",
            "0.1",
            "'1e300'",
            "'-4.9406564584124654e-300'"),
    FLAG("boolean", "NOT %1$s", "true", "false"),
    BYTES(
            "bytea",
            "set_bit(%1$s, 0, 1 - get_bit(%1$s, 0))",
            "'\\x00'",
            "'\\xff5c2e0a'",
            "'\\x5c'",
            "decode(repeat('00ff0a5c', 30000), 'hex')"),
    MOMENT(
            "timestamptz",
            "CASE WHEN isfinite(%1$s) THEN %1$s + interval '1 microsecond' ELSE 'epoch' END",
            "'infinity'",
            "'-infinity'",
            "'0044-03-15 12:00:00+00 BC'",
            "'2026-03-29 01:30:00.000001+00'"),
    DAY("date", "CASE WHEN isfinite(%1$s) THEN %1$s + 1 ELSE 'epoch' END", "'2026-02-01'", "'infinity'"),
    SPAN("interval", "%1$s + interval '1 microsecond'", "'1 year -2 days 03:04:05.6'", "'-1 month'", "'0'"),
    TEXTS(
            "text[]",
            "%1$s || 'one more'::text",
            "'{}'",
            "ARRAY[NULL, 'NULL', '', 'a,b', E'\\t\"\\\\']",
            "'[0:1]={a,b}'",
            "ARRAY['{', '}']"),
    JSON("jsonb", "%1$s || '[0]'", "'null'", "'{\"a\": [1, 2.50, \"\\\\t\"]}'", "'[]'", "'\"it''s\"'"),
    PAIR("%2$s.pair", "ROW((%1$s).a # 1, (%1$s).b)::%2$s.pair", "ROW(1, NULL)", "ROW(2, E'(\",\\\\')", "ROW(3, '')");

    private final String name;
    private final String change;
    private final List<String> values;

    /**
     * @param name in SQL, where {@code %2$s} is the schema
     * @param change the least one, where {@code %1$s} is the value
     */
    GeneratedType(String name, String change, String... values) {
        this.name = name;
        this.change = change;
        this.values = List.of(values);
    }

    String sql(String schema) {
        return name.formatted("", schema);
    }

    /** A literal, or what stands for one; sometimes NULL. */
    String value(Random random) {
        if (random.nextInt(8) == 0) {
            return "NULL";
        }
        if (random.nextInt(3) == 0) {
            return values.get(random.nextInt(values.size()));
        }
        return switch (this) {
            case TEXT -> text(random);
            case NUMBER -> Long.toString(random.nextInt(1_000_000));
            case DECIMAL -> random.nextInt() + "." + random.nextInt(1_000_000);
            case FLOAT -> "'" + (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(40) - 20) + "'";
            case BYTES -> "'\\x" + HexFormat.of().formatHex(bytes(random)) + "'";
            case MOMENT -> "'epoch'::timestamptz + interval '" + random.nextInt() + ".000001 seconds'";
            case DAY -> "'epoch'::date + " + random.nextInt(15_000);
            case SPAN -> "interval '" + (1 + random.nextInt(5000)) + " minutes'";
            case JSON -> "jsonb_build_object('key', " + text(random) + ", 'n', " + random.nextInt(1000) + ")";
            case TEXTS -> "ARRAY[" + text(random) + ", " + text(random) + "]";
            case PAIR -> "ROW(" + random.nextInt(1000) + ", " + text(random) + ")";
            default -> values.get(random.nextInt(values.size()));
        };
    }

    /** Another value than the column has, which may be NULL. */
    String changed(String column, String schema) {
        return "coalesce(" + change.formatted(column, schema) + ", " + values.get(values.size() - 1) + "::"
                + sql(schema) + ")";
    }

    private static String text(Random random) {
        List<String> signs = List.of("a", "B", " ", "\\t", "\\n", "\\r", "\\\\", "\\\\.", "''", "\"", "é", "文", ",");
        List<String> some = new ArrayList<>();
        for (int length = 1 + random.nextInt(12); length > 0; length--) {
            some.add(signs.get(random.nextInt(signs.size())));
        }
        return "E'" + String.join("", some) + "'";
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }
}
