package dev.reliability.sample.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} says what the code does. When it does not, the failure shows the table that does. */
class ConfigurationDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    @Test
    void the_document_lists_every_variable_as_the_code_has_it() throws IOException {
        List<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(String.join("\n", documented)).isEqualTo(table());
    }

    private static String table() {
        return String.join(
                "\n", Variables.ALL.stream().map(ConfigurationDocumentTest::row).toList());
    }

    private static String row(Variable<?> variable) {
        return "| `" + variable.name() + "`" + (variable.secret() ? " (secret)" : "") + " | "
                + (variable.byDefault() == null ? "" : "`" + variable.byDefault() + "`") + " | "
                + variable.rule().description() + " | " + variable.meaning() + " |";
    }
}
