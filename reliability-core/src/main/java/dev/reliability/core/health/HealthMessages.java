package dev.reliability.core.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The texts of {@link Message}s in one language: {@code zh-CN} or {@code en}. Immutable; safe for use by any thread.
 *
 * <pre>{@code
 * HealthMessages byDefault = HealthMessages.of("zh-CN");
 * String json = HealthJson.render(report, byDefault.preferredBy(request.getHeader("Accept-Language")));
 * }</pre>
 */
public final class HealthMessages {
    private static final HealthMessages CHINESE = load("zh-CN", "messages_zh_CN.properties");
    private static final HealthMessages ENGLISH = load("en", "messages_en.properties");
    private static final Map<String, HealthMessages> BY_LANGUAGE = Map.of("zh", CHINESE, "en", ENGLISH);
    /** Long lists of languages take the JDK milliseconds. */
    private static final int LONGEST_HEADER = 500;

    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d)}");

    private final String languageTag;
    private final Map<String, String> texts;

    private HealthMessages(String languageTag, Map<String, String> texts) {
        this.languageTag = languageTag;
        this.texts = texts;
    }

    /**
     * The texts in this language.
     *
     * @param languageTag a BCP 47 tag such as {@code zh-CN}, {@code zh} or {@code en-GB}; its language counts
     * @throws IllegalArgumentException if there are no texts in it
     */
    public static HealthMessages of(String languageTag) {
        HealthMessages messages =
                BY_LANGUAGE.get(Locale.forLanguageTag(languageTag).getLanguage());
        if (messages == null) {
            throw new IllegalArgumentException(
                    "there are no health messages in the language '" + languageTag + "', only in zh-CN and en");
        }
        return messages;
    }

    /**
     * The texts that a reader prefers; these if the reader has no preference that can be met.
     *
     * @param acceptLanguage the value of an {@code Accept-Language} header, or null; one that is malformed or longer
     *     than 500 characters counts as none
     */
    public HealthMessages preferredBy(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank() || acceptLanguage.length() > LONGEST_HEADER) {
            return this;
        }
        List<Locale.LanguageRange> ranges;
        try {
            ranges = Locale.LanguageRange.parse(acceptLanguage);
        } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
            // The second is how the JDK takes a range of hyphens alone.
            return this;
        }
        String language = Locale.lookupTag(ranges, BY_LANGUAGE.keySet());
        return language == null ? this : BY_LANGUAGE.getOrDefault(language, this);
    }

    /** The language of these texts as a BCP 47 tag, {@code zh-CN} or {@code en}: for {@code Content-Language}. */
    public String languageTag() {
        return languageTag;
    }

    /** The message's text, or its fallback where this language has none, with its arguments put in. */
    public String text(Message message) {
        String text = texts.getOrDefault(message.key(), message.fallback());
        List<String> arguments = message.safeArguments();
        if (arguments.isEmpty()) {
            return text;
        }
        return ARGUMENT.matcher(text).replaceAll(match -> {
            int index = Integer.parseInt(match.group(1));
            return Matcher.quoteReplacement(index < arguments.size() ? arguments.get(index) : match.group());
        });
    }

    private static HealthMessages load(String languageTag, String resource) {
        Properties texts = new Properties();
        try (InputStream in = HealthMessages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing beside HealthMessages");
            }
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("can not read the resource " + resource, e);
        }
        return new HealthMessages(
                languageTag,
                texts.stringPropertyNames().stream()
                        .collect(Collectors.toUnmodifiableMap(key -> key, texts::getProperty)));
    }
}
