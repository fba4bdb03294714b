package dev.reliability.backup.postgresql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A table of random columns and rows, some of them twice. What is done to it is SQL that means the same where the rows
 * lie in another order.
 *
 * @param name with its schema
 * @param types of the columns {@code c0}, {@code c1} and so on, beside {@code id}; a table without columns has none
 * @param rows the literals of each row; the first is its {@code id}
 */
record GeneratedTable(String schema, String name, List<GeneratedType> types, List<List<String>> rows) {

    /** What must be found. */
    enum Alteration {
        ONE_VALUE,
        ONE_ROW_LOST,
        ONE_ROW_DOUBLED,
        TWO_VALUES_SWAPPED
    }

    static GeneratedTable any(String schema, int number, int mostRows, Random random) {
        List<GeneratedType> types = new ArrayList<>();
        if (random.nextInt(8) > 0) {
            for (int columns = 1 + random.nextInt(6); columns > 0; columns--) {
                types.add(GeneratedType.values()[random.nextInt(GeneratedType.values().length)]);
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (int count = random.nextInt(mostRows + 1); count > 0; count--) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(rows.size())));
            types.forEach(type -> row.add(type.value(random)));
            rows.add(row);
        }
        return new GeneratedTable(schema, schema + ".t" + number, types, rows);
    }

    /** How to make it, with its first row twice. */
    List<String> sql() {
        List<String> sql = new ArrayList<>();
        StringBuilder columns = new StringBuilder(types.isEmpty() ? "" : "id int");
        for (int i = 0; i < types.size(); i++) {
            columns.append(", c").append(i).append(' ').append(types.get(i).sql(schema));
        }
        sql.add("CREATE TABLE " + name + " (" + columns + ")");
        for (List<String> row : rows) {
            sql.add(
                    types.isEmpty()
                            ? oneMoreWithoutColumns()
                            : "INSERT INTO " + name + " VALUES (" + String.join(", ", row) + ")");
        }
        if (!rows.isEmpty()) {
            sql.add(doubled(0));
        }
        return sql;
    }

    /** One that is possible here. A table that is empty can only get a row. */
    String altered(Alteration alteration, Random random) {
        if (rows.isEmpty() || types.isEmpty()) {
            return alteration == Alteration.ONE_ROW_LOST && !rows.isEmpty()
                    ? "DELETE FROM " + name + " WHERE ctid IN (SELECT ctid FROM " + name + " LIMIT 1)"
                    : "INSERT INTO " + name + " DEFAULT VALUES";
        }
        int row = random.nextInt(rows.size());
        return switch (alteration) {
            case ONE_VALUE -> changed(row, random.nextInt(types.size()));
            case ONE_ROW_LOST -> "DELETE FROM " + name + " WHERE " + one(row);
            case ONE_ROW_DOUBLED -> doubled(row);
            case TWO_VALUES_SWAPPED -> swapped(row, random);
        };
    }

    /** What must be no alarm: the same rows elsewhere in the file. */
    List<String> reordered(Random random) {
        String by = types.isEmpty() ? "" : " ORDER BY id DESC";
        return switch (random.nextInt(types.isEmpty() ? 2 : 4)) {
            case 0 -> List.of("VACUUM FULL " + name);
            case 1 ->
                List.of(
                        "CREATE TEMPORARY TABLE reloaded AS TABLE " + name,
                        "TRUNCATE " + name,
                        "INSERT INTO " + name + " SELECT * FROM reloaded" + by,
                        "DROP TABLE reloaded");
            case 2 ->
                List.of(
                        "CREATE INDEX ON " + name + " ((-id))",
                        "CLUSTER " + name + " USING t" + number() + "_expr_idx");
            default -> List.of("UPDATE " + name + " SET id = id WHERE id % 2 = 0");
        };
    }

    private String number() {
        return name.substring(schema.length() + 2);
    }

    private String changed(int row, int column) {
        return "UPDATE " + name + " SET c" + column + " = " + types.get(column).changed("c" + column, schema)
                + " WHERE " + one(row);
    }

    private String doubled(int row) {
        return types.isEmpty()
                ? oneMoreWithoutColumns()
                : "INSERT INTO " + name + " SELECT * FROM " + name + " WHERE " + one(row);
    }

    private String oneMoreWithoutColumns() {
        return "INSERT INTO " + name + " DEFAULT VALUES";
    }

    /** With another row that has another value there; what looks like another one may be the same. */
    private String swapped(int row, Random random) {
        int column = random.nextInt(types.size());
        for (int other = 0; other < rows.size(); other++) {
            String value = rows.get(row).get(column + 1);
            if (!rows.get(other).get(column + 1).equals(value)) {
                return "UPDATE %1$s SET c%2$d = (SELECT c%2$d FROM %1$s o WHERE o.id = %3$d + %4$d - %1$s.id LIMIT 1)"
                                .formatted(name, column, row, other)
                        + " WHERE id IN (" + row + ", " + other + ")";
            }
        }
        return changed(row, column);
    }

    private String one(int row) {
        return "ctid IN (SELECT ctid FROM " + name + " WHERE id = " + row + " LIMIT 1)";
    }
}
