package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.reliability.acceptance.Readme.Block;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The README's first five minutes, as a newcomer spends them: each block in its order, in one shell, on a new backend.
 * Only address and folder are others; what is printed is what the README shows, but for times, ids and sizes.
 */
class ReadmeIT {
    private static final String FOLDER = "/home/you/reliability/.local";
    private static final String ADDRESS = "http://localhost:8080";
    private static final String MARK = "--- block of the README ---";
    private static final Set<String> SIZES = Set.of("size", "added_bytes", "bytes", "total_bytes");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theFirstFiveMinutes_areAsTheReadmeTellsThem() throws Exception {
        try (LocalBackend local = LocalBackend.start(Map.of())) {
            List<Block> blocks = Readme.of(Readme.ENGLISH).firstFiveMinutes();
            assertThat(blocks.get(0).text()).startsWith("$ scripts/run-local.sh\n");
            String shown = blocks.get(0).text().replaceFirst(".*\n", "");
            // The settings appear before the script has told of them.
            await().untilAsserted(() ->
                    assertThat(masked(asShown(started(local), local))).contains(masked(shown)));

            List<Block> commands = blocks.stream()
                    .filter(block -> block.language().equals("sh"))
                    .toList();
            List<String> printed = run(commands, local);
            for (int i = 0; i < commands.size(); i++) {
                int next = blocks.indexOf(commands.get(i)) + 1;
                if (next < blocks.size() && blocks.get(next).isOutput()) {
                    assertPrints(
                            blocks.get(next),
                            asShown(printed.get(i), local),
                            commands.get(i).text());
                }
            }
        }
    }

    private static void assertPrints(Block shown, String printed, String command) throws IOException {
        if (shown.language().equals("json")) {
            assertThat(masked("", JSON.readTree(printed)))
                    .as("%s%s", command, printed)
                    .isEqualTo(masked("", JSON.readTree(shown.text())));
        } else {
            assertThat(masked(printed).strip())
                    .as(command)
                    .isEqualTo(masked(shown.text()).strip());
        }
    }

    private static String started(LocalBackend local) throws IOException {
        return Files.readString(local.dataDir().resolve("run-local.log"));
    }

    /** What each block printed to its standard output. */
    private static List<String> run(List<Block> commands, LocalBackend local) throws Exception {
        StringBuilder script = new StringBuilder();
        for (Block block : commands) {
            script.append(block.text()
                            .replace(".local/run.env", "'" + local.dataDir().resolve("run.env") + "'")
                            .replace(ADDRESS, local.backend().address().toString()))
                    .append("printf '\\n" + MARK + "\\n'\n");
        }
        Path out = local.dataDir().resolve("readme.out");
        Path errors = local.dataDir().resolve("readme.err");
        Process shell = new ProcessBuilder("sh", "-e", "-c", script.toString())
                .directory(LocalBackend.ROOT.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = shell.waitFor(2, TimeUnit.MINUTES);
        shell.destroyForcibly();
        String printed = Files.readString(out);
        assertThat(ended && shell.waitFor() == 0)
                .as("exit %s%n%s%n%s", ended ? shell.exitValue() : "by time", printed, Files.readString(errors))
                .isTrue();
        return List.of(printed.split("\n" + MARK + "\n"));
    }

    /** The test's folder has a blank in its name, and so stands in quotes. */
    private static String asShown(String printed, LocalBackend local) {
        String folder = local.dataDir().toString();
        return printed.replace("'" + folder + "/run.env'", FOLDER + "/run.env")
                .replace(folder, FOLDER)
                .replace(local.backend().address().toString(), ADDRESS);
    }

    private static JsonNode masked(String field, JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = JSON.createObjectNode();
            object.properties().forEach(entry -> result.set(entry.getKey(), masked(entry.getKey(), entry.getValue())));
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = JSON.createArrayNode();
            array.forEach(item -> result.add(masked(field, item)));
            return result;
        }
        if (SIZES.contains(field) && node.isNumber() || field.equals("uptime")) {
            return TextNode.valueOf(field);
        }
        return node.isTextual() ? TextNode.valueOf(masked(node.asText())) : node;
    }

    /** The text with what differs from run to run replaced by its kind. */
    private static String masked(String text) {
        return text.replaceAll("Token for 7 days: .*", "<token>")
                .replaceAll("(op_)?[0-9]{8}_[0-9]{6}_[0-9a-f]{6}", "<operation>")
                .replaceAll("[0-9]{8}_[0-9]{6}(_[0-9]+)?", "<id>")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", "<time>")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>")
                .replaceAll("[0-9]+ bytes", "<n> bytes");
    }
}
