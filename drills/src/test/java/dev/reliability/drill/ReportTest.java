package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.NodeList;

class ReportTest {
    @TempDir
    Path folder;

    private final StringWriter said = new StringWriter();

    private static Recording recording() {
        return new Drilled()
                .served(100)
                .served(101)
                .request(101.5, 2, Call.UPLOAD, Outcome.FAILED)
                .request(102, 0.01, Call.LIST, Outcome.REFUSED)
                .served(103)
                .state(101.7, "backend-2", "ready", "ready", Transition.NO_ANSWER)
                .state(102.2, "backend-1", "breaker database", "closed", "open")
                .document(100.5, Fate.WHOLE)
                .document(101, Fate.WHOLE)
                .mark(101.4, Mark.BROKEN)
                .mark(102.5, Mark.REPAIRED)
                .recording();
    }

    private int report(String... goals) throws Exception {
        Recording recording = recording();
        Recording.write(folder, recording.requests(), recording.transitions(), recording.documents());
        Files.writeString(folder.resolve("marks"), "101400 broken kill -9 of backend-2\n102500 repaired it is back\n");
        List<String> arguments = new ArrayList<>(List.of(
                "report",
                "--in",
                folder.toString(),
                "--title",
                "instance kill",
                "--what",
                "One is killed & comes back.",
                "--section",
                section().toString(),
                "--chart",
                folder.resolve("chart.svg").toString()));
        for (String goal : goals) {
            arguments.addAll(List.of("--goal", goal));
        }
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Main.run(
                Map.of(), () -> 0, new PrintWriter(Writer.nullWriter()), new PrintWriter(said, true), arguments);
    }

    private Path section() {
        return folder.resolve("section.md");
    }

    @Test
    void itEndsWith0_whenAllGoalsAreMet_andWith1WhenOneIsNot() throws Exception {
        assertThat(report("reads-lost=1")).isZero();
        assertThat(Files.readString(section())).startsWith("## instance kill: passed\n");
        assertThat(report("reads-lost=0")).isEqualTo(1);
        assertThat(Files.readString(section()))
                .startsWith("## instance kill: failed\n")
                .contains("| reads lost | 1 | 0 | **missed** |");
    }

    @Test
    void whatTheScriptFoundOut_counts() throws Exception {
        Files.writeString(folder.resolve("checks"), "missed the lease | 2 backups | 1\n");
        assertThat(report()).isEqualTo(1);
        assertThat(Files.readString(section())).contains("| the lease | 2 backups | 1 | **missed** |");
    }

    @Test
    void theTimeLineIsInOrder_countedFromTheBreak() throws Exception {
        assertThat(report()).isZero();
        assertThat(Files.readString(section()))
                .containsSubsequence(
                        "| 1.4 | 0.00 s | kill -9 of backend-2 |",
                        "| 1.7 | 0.30 s | backend-2: no answer |",
                        "| 2.0 | 0.60 s | the last request until its repair that was not served within a second |",
                        "| 2.2 | 0.80 s | backend-1: the breaker 'database' is open |",
                        "| 2.5 | 1.10 s | it is back |");
    }

    @Test
    void lossesAreNamedByKind_andDocumentsCounted() throws Exception {
        assertThat(report()).isZero();
        assertThat(Files.readString(section()))
                .contains("| list | refused, a detail | 1 | 2.0 | 2.0 |")
                .contains("| upload | failed, a detail | 1 | 1.5 | 1.5 |")
                .contains("| upload | 1 | 0 | 0 | 1 | 0 | 2000 | 2000 | 2000 |")
                .contains("Of 2 documents whose upload was acknowledged, 2 were read back whole");
    }

    @Test
    void theChartIsWellFormed_withABarForEachOutcomeOfEachSecond_andTheMarks() throws Exception {
        assertThat(report()).isZero();
        byte[] chart = Files.readAllBytes(folder.resolve("chart.svg"));
        NodeList rectangles = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(chart))
                .getElementsByTagName("rect");
        // The ground, four of the legend, and seconds 0 to 3, of which one has two outcomes.
        assertThat(rectangles.getLength()).isEqualTo(1 + 4 + 5);
        assertThat(new String(chart, StandardCharsets.UTF_8)).contains(">broken</text>", ">repaired</text>");
    }

    @Test
    void textIsEscaped() {
        assertThat(Chart.of(recording(), "a < b & c")).contains("<title>a &lt; b &amp; c</title>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    report --in a --title a --what a --section a --chart a --color red | --color
                    report --in | --in
                    report | --in
                    report --in a --title a --what a --section a --chart a --goal x | NAME=ALLOWED
                    load --address http://localhost --out a --seconds 1 | --rate=N
                    load --address http://localhost --out a --seconds 1 --rate many | many
                    load --address http://localhost --out a --seconds 1 --rate 1 | TOKEN is not in the environment
                    """)
    void unknownAndMissingOptions_areNamed(String arguments, String named) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(said.toString()).contains(named);
    }

    @Test
    void anUnknownGoal_isNamedWithThoseThatThereAre() throws Exception {
        assertThat(report("speed=1")).isEqualTo(2);
        assertThat(said.toString()).contains("there is no goal 'speed', only:", "reads-lost=N");
    }
}
