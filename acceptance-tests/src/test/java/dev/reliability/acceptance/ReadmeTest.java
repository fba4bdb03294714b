package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the READMEs say of the project, held against the project. Their commands are run by {@link ReadmeIT}. */
class ReadmeTest {
    /** By LocalBackend, DrillIT, the deploy script's OptionsTest and DocumentsContract. */
    private static final Set<String> RUN_BY_OTHER_TESTS = Set.of(
            "scripts/run-local.sh",
            "scripts/drill.sh instance",
            "./scripts/deploy-k8s.sh --registry registry.example.com",
            "curl -s -H \"Authorization: Bearer $TOKEN\" -F file=@LICENSE http://localhost:8080/api/v1/documents");

    private static final Path ROOT = LocalBackend.ROOT;
    private static final Path EXAMPLES = ROOT.resolve("sample-app/src/test/java/dev/reliability/sample/readme");
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^ *// README\n(.*?)^ *// end$");
    private static final Pattern PROPERTY = Pattern.compile("-D((?:acceptance|drill)\\.[a-z]+)");
    private static final Pattern READ_PROPERTY =
            Pattern.compile("get(?:Property|Integer)\\(\\s*\"((?:acceptance|drill)\\.[a-z]+)\"");
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");

    private final Readme english = Readme.of(Readme.ENGLISH);
    private final Readme chinese = Readme.of(Readme.CHINESE);

    @Test
    void bothLanguages_haveTheSameCode() {
        assertThat(chinese.blocks()).isEqualTo(english.blocks());
        assertThat(chinese.inlineCode()).isEqualTo(english.inlineCode());
    }

    @Test
    void theJava_isWhatTheSampleBackendsTestsRun() throws IOException {
        List<String> examples = new ArrayList<>();
        for (String file : List.of("ReadmeExamples.java", "MyApplication.java")) {
            Matcher matcher = EXAMPLE.matcher(Files.readString(EXAMPLES.resolve(file)));
            while (matcher.find()) {
                examples.add(onOneLine(matcher.group(1)));
            }
        }
        assertThat(english.blocks("java").stream().map(ReadmeTest::onOneLine)).containsExactlyElementsOf(examples);
    }

    /** Where lines end is the formatter's choice there, and the reader's here. */
    private static String onOneLine(String java) {
        return java.replaceAll("\\s*([.()])\\s*", "$1").replaceAll("\\s+", " ").strip();
    }

    @Test
    void theDependency_isOfThisVersion_andItsModulesExist() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String version = pom.replaceAll("(?s).*?<version>([^<]+)</version>.*", "$1");
        assertThat(english.blocks("xml"))
                .isNotEmpty()
                .allSatisfy(xml -> assertThat(xml).contains("<version>" + version + "</version>"));
        assertThat(english.inlineCode().stream().filter(code -> code.startsWith("reliability-")))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(pom).contains("<module>" + module + "</module>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Readme.ENGLISH, Readme.CHINESE})
    void everyLink_leadsSomewhere(String name) {
        assertThat(Readme.of(name).links())
                .isNotEmpty()
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    @Test
    void everyScript_isRunByTheseTestsOrByContinuousIntegration() throws IOException {
        String run = Files.readString(ROOT.resolve(".ci/run"));
        Set<String> elsewhere = new TreeSet<>();
        List<Readme.Block> tried = english.firstFiveMinutes();
        english.blocks().stream()
                .filter(block -> block.language().equals("sh") && !tried.contains(block))
                .flatMap(block -> block.text().lines())
                // An engine or a cluster is not there; deployment-tests read what these programs are given.
                .filter(line -> !line.matches("(TOKEN=\\$\\()?(docker|docker-compose|kubectl) .*"))
                .forEach(elsewhere::add);
        english.inlineCode().stream()
                .filter(code -> code.startsWith("scripts/"))
                .forEach(elsewhere::add);
        assertThat(elsewhere.removeAll(RUN_BY_OTHER_TESTS)).isTrue();
        assertThat(elsewhere)
                .isNotEmpty()
                .allSatisfy(command -> assertThat(run).contains("\n" + command.replaceAll(" .*", "")));
    }

    @Test
    void everyDrill_isOneOfTheseTests() throws IOException {
        Set<String> read = new TreeSet<>();
        for (String module : List.of("acceptance-tests", "sample-app")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module + "/src/test/java"))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    read.addAll(found(READ_PROPERTY, Files.readString(source)));
                }
            }
        }
        assertThat(found(PROPERTY, english.text())).isNotEmpty().isSubsetOf(read);
    }

    @Test
    void everyVariable_isDocumented() throws IOException {
        String documented = Files.readString(ROOT.resolve("docs/configuration.md"))
                + Files.readString(ROOT.resolve("scripts/run-local.sh"))
                + Files.readString(ROOT.resolve("deploy/compose/make-secrets.sh"));
        assertThat(english.inlineCode().stream()
                        .filter(code -> VARIABLE.matcher(code).matches()))
                .isNotEmpty()
                .allSatisfy(variable -> assertThat(documented).contains(variable));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
