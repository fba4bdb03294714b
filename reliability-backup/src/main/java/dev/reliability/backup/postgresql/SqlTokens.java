package dev.reliability.backup.postgresql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A statement's words, names and signs, without what stands in brackets: arguments, columns, expressions. */
final class SqlTokens {
    private static final Set<Character> ENDS_WORD =
            Set.of(' ', '\t', '\r', '\n', '\f', '"', '\'', '(', ')', ',', '.', ';', '=', ':');

    private enum Kind {
        WORD,
        NAME,
        LITERAL,
        SIGN
    }

    private record Token(Kind kind, String text) {}

    private final List<Token> tokens = new ArrayList<>();

    private SqlTokens() {}

    static SqlTokens of(String sql) {
        SqlTokens all = new SqlTokens();
        int brackets = 0;
        int position = 0;
        while (position < sql.length()) {
            char c = sql.charAt(position);
            int next;
            Token token;
            if (c == '"' || c == '\'') {
                next = endOfQuoted(sql, position);
                String quote = String.valueOf(c);
                String inside = sql.substring(position + 1, Math.max(position + 1, next - 1));
                token = new Token(c == '"' ? Kind.NAME : Kind.LITERAL, inside.replace(quote + quote, quote));
            } else if (ENDS_WORD.contains(c)) {
                next = position + 1;
                token = new Token(Kind.SIGN, String.valueOf(c));
            } else {
                next = endOfWord(sql, position);
                token = new Token(Kind.WORD, sql.substring(position, next));
            }
            if (c == ')') {
                brackets--;
            }
            if (brackets == 0 && !token.text().isBlank()) {
                all.tokens.add(token);
            }
            if (c == '(') {
                brackets++;
            }
            position = next;
        }
        return all;
    }

    int size() {
        return tokens.size();
    }

    /** Whether these words stand here, one after the other, unquoted. */
    boolean words(int position, String... words) {
        for (int i = 0; i < words.length; i++) {
            int at = position + i;
            if (at < 0
                    || at >= tokens.size()
                    || tokens.get(at).kind() != Kind.WORD
                    || !tokens.get(at).text().equalsIgnoreCase(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** Where this word stands first from a position on; -1 if nowhere. */
    int find(String word, int from) {
        for (int i = from; i < tokens.size(); i++) {
            if (words(i, word)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether this sign stands here. */
    boolean sign(int position, char sign) {
        return position < tokens.size() && tokens.get(position).equals(new Token(Kind.SIGN, String.valueOf(sign)));
    }

    /** The name here, as the server keeps it; null if there is none. */
    @Nullable String name(int position) {
        if (position >= tokens.size()) {
            return null;
        }
        Token token = tokens.get(position);
        return switch (token.kind()) {
            case NAME, LITERAL -> token.text();
            case WORD -> token.text().toLowerCase(Locale.ROOT);
            case SIGN -> null;
        };
    }

    /** After the quote that closes; a doubled one is part of what is quoted. */
    private static int endOfQuoted(String sql, int from) {
        char quote = sql.charAt(from);
        int position = from + 1;
        while (position < sql.length()) {
            if (sql.charAt(position) == quote) {
                if (position + 1 == sql.length() || sql.charAt(position + 1) != quote) {
                    return position + 1;
                }
                position++;
            }
            position++;
        }
        return sql.length();
    }

    private static int endOfWord(String sql, int from) {
        int position = from;
        while (position < sql.length() && !ENDS_WORD.contains(sql.charAt(position))) {
            position++;
        }
        return position;
    }
}
