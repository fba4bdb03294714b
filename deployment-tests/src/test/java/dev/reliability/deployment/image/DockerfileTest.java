package dev.reliability.deployment.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.image.Dockerfile.Instruction;
import dev.reliability.deployment.image.Dockerfile.Stage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileTest {
    private final Dockerfile dockerfile = Dockerfile.read();
    private final Stage image = dockerfile.image();

    @Test
    void the_command_of_the_guide_builds_from_the_sources() {
        assertThat(dockerfile.global()).contains(new Instruction("ARG", "JAR=source"));
        assertThat(dockerfile.stage("jar").from()).isEqualTo("jar-${JAR}");
        assertThat(dockerfile.stage("jar-source").all("RUN"))
                .anySatisfy(run -> assertThat(run).contains("mvn ", " -pl sample-app -am package"));
    }

    @Test
    void a_jar_that_was_built_outside_is_taken_as_it_is() {
        assertThat(dockerfile.stage("jar-prebuilt").all("COPY"))
                .containsExactly(
                        "sample-app/target/sample-app.jar sample-app/target/bom.json /dist/",
                        "sample-app/target/lib /dist/lib");
        assertThat(dockerfile.stage("jar-prebuilt").all("RUN")).isEmpty();
    }

    @Test
    void the_base_is_named_once_and_can_be_another_one() {
        assertThat(dockerfile.global()).contains(new Instruction("ARG", "BASE=debian:trixie-slim"));
        assertThat(dockerfile.stages())
                .extracting(Stage::from)
                .allSatisfy(from -> assertThat(from).isIn("${BASE}", "jar-${JAR}", "untrained"));
    }

    @Test
    void neither_compiler_nor_maven_is_in_the_image() {
        assertThat(String.join(" ", image.all("RUN"))).doesNotContain("jdk", "maven", "llvm");
        assertThat(image.all("COPY")).contains("--from=jre /opt/java /opt/java", "--from=postgresql /postgresql /");
        assertThat(dockerfile.stage("jre").all("RUN"))
                .anySatisfy(run -> assertThat(run).contains("jlink --output /opt/java"));
    }

    @Test
    void the_programs_are_of_the_major_that_compose_runs() {
        assertThat(dockerfile.stage("postgresql").all("RUN"))
                .anySatisfy(run -> assertThat(run).contains("apt-get download postgresql-17 postgresql-client-17"));
        assertThat(Project.text("docker-compose.yml")).contains("image: postgres:17.");
        assertThat(String.join(" ", image.all("ENV"))).contains("PG_BIN=/usr/lib/postgresql/17/bin");
    }

    @Test
    void scanners_find_the_packages_that_were_only_unpacked() {
        assertThat(dockerfile.stage("postgresql").all("RUN"))
                .anySatisfy(run -> assertThat(run).contains("dpkg-deb --field", "/var/lib/dpkg/status.d/"));
    }

    @Test
    void it_runs_as_a_user_who_has_a_name_and_owns_what_it_writes() {
        assertThat(image.all("USER")).containsExactly("10001:10001");
        assertThat(image.all("RUN"))
                .anySatisfy(run -> assertThat(run)
                        .contains("useradd --uid 10001 --gid 10001")
                        .contains("install -d -o 10001 -g 10001 -m 0750 /app/storage /app/backups /app/verify"));
    }

    @Test
    void whoever_copies_a_file_into_it_gives_the_backend_no_right_to_change_it() {
        assertThat(image.all("COPY"))
                .noneMatch(copy -> copy.contains("--chown=10001"))
                .anyMatch(copy -> copy.equals("--from=training --chown=0:0 /tmp/sample-app.aot /app/"));
    }

    @Test
    void layers_that_change_rarely_come_first() {
        List<String> copied = image.all("COPY");
        List<String> order = Stream.of("/opt/java", "/postgresql", "/dist/lib", "backup-script.sh", "/ours/", ".aot")
                .map(part -> copied.stream()
                        .filter(copy -> copy.contains(part))
                        .findFirst()
                        .orElseThrow())
                .toList();
        assertThat(order).isSortedAccordingTo((a, b) -> copied.indexOf(a) - copied.indexOf(b));
        assertThat(image.instructions().get(0).arguments()).contains("apt-get install");
    }

    @Test
    void it_serves_unless_told_otherwise_and_says_whether_it_is_ready() {
        assertThat(image.all("ENTRYPOINT")).containsExactly("[\"/app/bin/ai-doc-backend\"]");
        assertThat(image.all("CMD")).containsExactly("[\"serve\"]");
        assertThat(image.all("HEALTHCHECK"))
                .singleElement()
                .satisfies(check -> assertThat(check)
                        .contains("--interval=", "--timeout=", "--start-period=")
                        .endsWith("CMD [\"/app/bin/healthcheck\"]"));
        assertThat(image.all("EXPOSE")).containsExactly("8080 8081");
        assertThat(image.all("WORKDIR")).containsExactly("/app");
    }

    @Test
    void the_start_up_cache_is_made_with_the_jvm_and_the_jars_of_the_image() {
        assertThat(dockerfile.stage("training").from()).isEqualTo("untrained");
        assertThat(Project.text("deploy/image/train.sh"))
                .contains("-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:AOTCacheOutput=");
        assertThat(Project.text("deploy/image/ai-doc-backend.sh"))
                .contains(
                        "collector=-XX:+UseSerialGC",
                        "compiler=-XX:TieredStopAtLevel=1",
                        "-XX:AOTCache=/app/sample-app.aot");
    }

    @Test
    void the_bill_of_materials_is_built_and_copied() {
        assertThat(Project.text("sample-app/pom.xml"))
                .contains("<artifactId>cyclonedx-maven-plugin</artifactId>", "<goal>makeBom</goal>");
        assertThat(dockerfile.stage("jar").all("RUN"))
                .anySatisfy(run -> assertThat(run).contains("mv /dist/sample-app.jar /dist/bom.json /ours/"));
        assertThat(image.all("COPY")).contains("--from=jar /ours/ ./");
    }

    @Test
    void labels_say_what_it_is() {
        assertThat(String.join(" ", image.all("LABEL")))
                .contains(
                        "org.opencontainers.image.title=",
                        "org.opencontainers.image.description=",
                        "org.opencontainers.image.licenses=\"Apache-2.0\"",
                        "org.opencontainers.image.version=",
                        "org.opencontainers.image.revision=");
    }

    @Test
    void nothing_goes_to_the_builder_but_what_it_needs() {
        List<String> patterns = Project.text(".dockerignore")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        assertThat(patterns.get(0)).isEqualTo("*");
        assertThat(patterns.subList(1, patterns.size())).allMatch(pattern -> pattern.startsWith("!"));
        assertThat(patterns).contains("!sample-app/target/sample-app.jar", "!sample-app/target/bom.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scripts/backup-script.sh",
                "scripts/lib/build.sh",
                "scripts/lib/locale.sh",
                "scripts/lib/messages.sh",
                "scripts/lib/tools.sh",
                "deploy/image/ai-doc-backend.sh",
                "deploy/image/healthcheck.sh",
                "deploy/image/train.sh",
                "deploy/postgres/create-database-role.sh"
            })
    void each_file_that_is_copied_is_there(String file) {
        assertThat(Project.path(file)).isRegularFile();
        assertThat(Project.text("Dockerfile")).contains(file);
    }

    @Test
    void backup_script_has_all_parts_that_it_reads() {
        String copied = String.join(" ", image.all("COPY"));
        List<String> parts = Project.text("scripts/backup-script.sh")
                .lines()
                .filter(line -> line.startsWith(". \"$root/"))
                .map(line -> line.substring(line.indexOf("scripts/"), line.length() - 1))
                .toList();
        assertThat(parts).isNotEmpty().allMatch(copied::contains);
        assertThat(String.join(" ", image.all("ENV"))).contains("RELIABILITY_JAR=/app/sample-app.jar");
    }
}
