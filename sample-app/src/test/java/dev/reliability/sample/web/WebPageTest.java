package dev.reliability.sample.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WebPageTest {
    @Test
    void the_page_has_every_element_that_its_script_names() throws IOException {
        Set<String> named = found("element\\('([^']+)'\\)", "page.js");

        assertThat(named).contains("operation", "back-up");
        assertThat(found(" id=\"([^\"]+)\"", "index.html")).containsAll(named);
    }

    @Test
    void the_script_has_every_text_of_the_page_in_both_languages() throws IOException {
        String[] languages = read("page.js").split("\\n  en: \\{", 2);

        for (String text : found("data-text=\"([^\"]+)\"", "index.html")) {
            for (String language : languages) {
                assertThat(language).containsPattern("[ \\n{]" + text + ": '");
            }
        }
    }

    private static Set<String> found(String pattern, String resource) throws IOException {
        return Pattern.compile(pattern)
                .matcher(read(resource))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    private static String read(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(WebPage.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
