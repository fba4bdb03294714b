package dev.reliability.backup.postgresql;

/**
 * The name of a table or a sequence without quotes.
 *
 * @param schema the bytes of its schema's name, one a character
 * @param relation the bytes of its own
 */
record RelationName(String schema, String relation) {

    /** The name that stands for it in SQL, each part quoted or not. */
    static RelationName of(String sql) {
        StringBuilder[] parts = {new StringBuilder(), new StringBuilder()};
        int part = 0;
        boolean quoted = false;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '"' && quoted && i + 1 < sql.length() && sql.charAt(i + 1) == '"') {
                parts[part].append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted && part == 0) {
                part = 1;
            } else {
                parts[part].append(c);
            }
        }
        return new RelationName(parts[0].toString(), parts[1].toString());
    }

    /** Both parts, for people. */
    String readable() {
        return DumpText.of(schema + "." + relation);
    }
}
