package dev.reliability.sample.storagecheck;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A numbered promise of a store, and whether it was kept.
 *
 * @param number such as {@code 4.1}
 * @param text the promise
 * @param fault how it was broken, in one line; empty if it was kept
 * @param needed whether it is one that documents and backups need; else it is about keys that neither has
 */
public record Promise(String number, String text, Optional<String> fault, boolean needed) {
    /** By both parts of the number. */
    static final Comparator<String> BY_NUMBER =
            Comparator.<String>comparingInt(number -> part(number, 0)).thenComparingInt(number -> part(number, 1));

    private static final Pattern TITLE = Pattern.compile("[0-9]+\\.[0-9]+ .*");
    private static final int LONGEST_FAULT = 500;

    /** Whether this is how a test of a promise is called. */
    static boolean isTitle(String text) {
        return TITLE.matcher(text).matches();
    }

    static String numberOf(String title) {
        return title.substring(0, title.indexOf(' '));
    }

    static Promise of(String title, Optional<Throwable> failure, boolean needed) {
        return new Promise(
                numberOf(title), title.substring(title.indexOf(' ') + 1), failure.map(Promise::inOneLine), needed);
    }

    /** Whether it was kept, or nobody here would notice that it was not. */
    public boolean harmless() {
        return fault.isEmpty() || !needed;
    }

    private static String inOneLine(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        // Keys in it may hold anything.
        String line = message.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() > LONGEST_FAULT ? line.substring(0, LONGEST_FAULT) + "…" : line;
    }

    private static int part(String number, int index) {
        return Integer.parseInt(number.split("\\.", -1)[index]);
    }
}
