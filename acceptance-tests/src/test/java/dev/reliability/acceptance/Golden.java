package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Answers, kept as files. What differs from run to run is replaced by its name in angle brackets; everything else,
 * the order of fields too, is as it was kept. {@code -Dgolden.update=true} writes the files anew.
 */
final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> TIMES = Set.of(
            "timestamp", "created_at", "updated_at", "started_at", "finished_at", "verified_at", "last_transition");
    private static final Set<String> NUMBERS =
            Set.of("size", "added_bytes", "bytes", "total_bytes", "percent", "successes", "window_calls", "in_flight");

    private Golden() {}

    /** Compares an answer with the file of this name. */
    static void assertMatches(String name, JsonNode answer) {
        String actual = print(withoutChance("", answer));
        if (Boolean.getBoolean("golden.update")) {
            write(name, actual);
            return;
        }
        assertThat(actual).as("golden/%s", name).isEqualTo(read(name));
    }

    private static JsonNode withoutChance(String field, JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = JSON.createObjectNode();
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> result.set(name, withoutChance(name, object.get(name))));
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = JSON.createArrayNode();
            array.forEach(item -> result.add(withoutChance(field, item)));
            return result;
        }
        if (TIMES.contains(field) && node.isTextual()) {
            assertThat(node.asText()).as(field).matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");
            return TextNode.valueOf("<time>");
        }
        if (field.equals("uptime")) {
            assertThat(node.asText()).as(field).matches("(\\d+h)?(\\d+m)?\\d+s");
            return TextNode.valueOf("<uptime>");
        }
        if (NUMBERS.contains(field) && node.isNumber()) {
            return TextNode.valueOf("<number>");
        }
        if (field.equals("path")) {
            return TextNode.valueOf(node.asText()
                    .replaceAll("^.*?/?(database|storage|full)/", "<repository>/$1/")
                    .replaceAll("[0-9]{8}_[0-9]{6}(_[0-9]+)?", "<id>"));
        }
        if (field.equals("message") && node.asText().matches(".*[0-9]+ bytes.*")) {
            return TextNode.valueOf("<message>");
        }
        return node.isTextual() ? TextNode.valueOf(named(node.asText())) : node;
    }

    private static String named(String text) {
        String result = text.replaceAll("op_[0-9]{8}_[0-9]{6}_[0-9a-f]{6}", "<operation>");
        return result.replaceAll("[0-9]{8}_[0-9]{6}(_[0-9]+)?", "<id>");
    }

    private static String print(JsonNode node) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        printer.indentArraysWith(indenter);
        printer.indentObjectsWith(indenter);
        try {
            return JSON.writer(printer).writeValueAsString(node).replace("\" : ", "\": ") + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as("golden/%s; -Dgolden.update=true makes it", name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String name, String text) {
        try {
            Path file = Path.of("src/test/resources/golden", name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
