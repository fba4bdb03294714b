package dev.reliability.backup.schedule;

import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The words of a cron line, each with its column, so that a fault can be named by its place. */
final class CronFields {
    private static final List<String> NAMES = List.of("minute", "hour", "day of month", "month", "day of week");
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final int LONGEST = 200;

    private final List<MatchResult> words;

    private CronFields(List<MatchResult> words) {
        this.words = words;
    }

    /** @throws IllegalArgumentException if there are not five words, and perhaps a time zone */
    static CronFields of(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a cron expression of " + text.length() + " characters; at most " + LONGEST + " are read");
        }
        List<MatchResult> words = WORD.matcher(text).results().toList();
        if (words.size() < NAMES.size()) {
            throw new IllegalArgumentException("'" + text.strip() + "' ends at column "
                    + (text.stripTrailing().length() + 1)
                    + ", where the " + NAMES.get(words.size()) + " should be: five fields (" + String.join(", ", NAMES)
                    + "), then if wanted a time zone");
        }
        if (words.size() > NAMES.size() + 1) {
            throw new IllegalArgumentException(
                    at(words.get(NAMES.size() + 1)) + " follows the five fields and the time zone");
        }
        return new CronFields(words);
    }

    /**
     * The five fields, for this parser.
     *
     * @throws IllegalArgumentException naming the first field that it does not take
     */
    String requireValid(CronParser parser) {
        for (int i = 0; i < NAMES.size(); i++) {
            List<String> alone = new ArrayList<>(List.of("*", "*", "*", "*", "*"));
            alone.set(i, words.get(i).group());
            try {
                parser.parse(String.join(" ", alone)).validate();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the " + NAMES.get(i) + " " + at(words.get(i)) + " is wrong: " + reason(e), e);
            }
        }
        return String.join(
                " ",
                words.subList(0, NAMES.size()).stream().map(MatchResult::group).toList());
    }

    /** @throws IllegalArgumentException if the sixth word is not a time zone */
    ZoneId zone() {
        if (words.size() == NAMES.size()) {
            return ZoneOffset.UTC;
        }
        MatchResult word = words.get(NAMES.size());
        try {
            return ZoneId.of(word.group());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "the time zone " + at(word) + " is unknown; it is a name such as Asia/Shanghai or UTC", e);
        }
    }

    private static String at(MatchResult word) {
        return "'" + word.group() + "' at column " + (word.start() + 1);
    }

    /** cron-utils puts the reason last: "Failed to parse cron expression. Value 61 not in range [0, 59]". */
    private static String reason(IllegalArgumentException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).replaceFirst("^.*(?<=expression\\. )", "");
    }
}
