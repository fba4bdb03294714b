package dev.reliability.deployment.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.compose.ComposeFile.Service;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeTest {
    private static final ComposeFile COMPOSE = ComposeFile.read();
    private static final String HEALTHY = "service_healthy";
    private static final String DONE = "service_completed_successfully";

    static Collection<Service> services() {
        return COMPOSE.services().values();
    }

    static Stream<Service> servers() {
        return services().stream().filter(service -> !service.endsByItself());
    }

    @Test
    void without_a_profile_these_services_start() {
        assertThat(services())
                .filteredOn(service -> service.get("profiles") == null)
                .extracting(Service::name)
                .containsExactlyInAnyOrder("nginx", "backend-1", "backend-2", "postgres", "secrets", "database-role");
    }

    @Test
    void profiles_add_the_others() {
        assertThat(services())
                .filteredOn(service -> service.list("profiles").equals(List.of("s3")))
                .extracting(Service::name)
                .containsExactlyInAnyOrder("s3-documents", "s3-backups", "s3-volumes");
        assertThat(services())
                .filteredOn(service -> service.list("profiles").equals(List.of("monitoring")))
                .extracting(Service::name)
                .containsExactlyInAnyOrder("prometheus", "grafana");
    }

    @Test
    void nginx_alone_is_reached_from_other_machines() {
        for (Service service : services()) {
            if (service.name().equals("nginx")) {
                assertThat(service.list("ports")).containsExactly("${HTTP_PORT:-8080}:8080");
            } else {
                assertThat(service.list("ports")).as(service.name()).allMatch(port -> port.startsWith("127.0.0.1:"));
            }
            if (service.get("profiles") == null && !service.name().equals("nginx")) {
                assertThat(service.get("ports")).as(service.name()).isNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void no_service_can_change_its_own_programs_or_gain_rights(Service service) {
        assertThat(service.get("read_only")).isEqualTo(true);
        assertThat(service.list("cap_drop")).containsExactly("ALL");
        assertThat(service.list("security_opt")).containsExactly("no-new-privileges:true");
        assertThat(service.get("privileged")).isNull();
    }

    @ParameterizedTest
    @MethodSource("services")
    void nobody_is_root_but_whoever_gives_files_away_and_he_sees_no_network(Service service) {
        if (service.list("cap_add").isEmpty()) {
            assertThat(service.text("user")).matches("[1-9][0-9]*:[1-9][0-9]*");
            assertThat(service.list("networks")).isNotEmpty();
        } else {
            assertThat(service.name()).isIn("secrets", "s3-volumes");
            assertThat(service.list("cap_add")).containsExactly("CHOWN");
            assertThat(service.text("network_mode")).isEqualTo("none");
            assertThat(service.endsByItself()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void every_service_has_limits_and_its_log_an_end(Service service) {
        assertThat(service.text("mem_limit")).matches("[0-9]+[mg]");
        assertThat(service.get("cpus")).isNotNull();
        assertThat(service.get("pids_limit")).isNotNull();
        assertThat(service.get("logging"))
                .isEqualTo(Map.of("driver", "json-file", "options", Map.of("max-size", "10m", "max-file", "5")));
    }

    @ParameterizedTest
    @MethodSource("services")
    void every_image_is_of_one_version(Service service) {
        assertThat(service.text("image"))
                .matches(
                        "\\$\\{BACKEND_IMAGE:-ai-doc-backend:latest}|[a-z/0-9]+:([a-z0-9]+-)?[0-9]+(\\.[0-9]+)+(-[a-z]+)?"
                                + "|prom/prometheus:v[0-9.]+");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void what_serves_starts_again_after_it_died(Service service) {
        assertThat(service.text("restart")).isEqualTo("unless-stopped");
    }

    @Test
    void each_starts_when_what_it_needs_is_there() {
        assertThat(COMPOSE.service("postgres").waitsFor("secrets")).isEqualTo(DONE);
        assertThat(COMPOSE.service("database-role").waitsFor("postgres")).isEqualTo(HEALTHY);
        for (String backend : List.of("backend-1", "backend-2")) {
            assertThat(COMPOSE.service(backend).waitsFor("postgres")).isEqualTo(HEALTHY);
            assertThat(COMPOSE.service(backend).waitsFor("database-role")).isEqualTo(DONE);
            assertThat(COMPOSE.service("nginx").waitsFor(backend)).isEqualTo(HEALTHY);
        }
        for (String server : List.of("s3-documents", "s3-backups")) {
            assertThat(COMPOSE.service(server).waitsFor("secrets")).isEqualTo(DONE);
            assertThat(COMPOSE.service(server).waitsFor("s3-volumes")).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "backend-1", "backend-2", "postgres", "s3-documents", "s3-backups"})
    void whoever_is_waited_for_says_how_it_is(String name) {
        Map<String, Object> check = ComposeFile.map(COMPOSE.service(name).get("healthcheck"));
        assertThat(check).containsKeys("test", "interval", "timeout", "retries", "start_period");
    }

    @Test
    void the_backends_are_the_same_and_run_as_no_superuser() {
        Service one = COMPOSE.service("backend-1");
        assertThat(one.settings()).isEqualTo(COMPOSE.service("backend-2").settings());
        assertThat(one.environment())
                .containsEntry("DB_USER", "ai_doc")
                .containsEntry("DB_HOST", "postgres")
                .containsEntry("BACKUP_SCHEDULE", "0 2 * * *")
                .containsEntry("VERIFY_SCHEDULE", "0 4 * * *")
                .containsEntry("MANAGEMENT_PORT", "8081");
        assertThat(COMPOSE.service("database-role").environment())
                .containsEntry("DB_USER", "ai_doc")
                .containsEntry("DB_ADMIN_USER", "postgres");
        assertThat(COMPOSE.service("nginx").environment()).containsEntry("BACKENDS", "backend-1:8080 backend-2:8080");
    }

    @Test
    void documents_are_shared_and_backups_and_database_have_volumes_of_their_own() {
        assertThat(COMPOSE.service("backend-1").list("volumes"))
                .contains("documents:/app/storage", "backups:/app/backups", "/app/verify", "secrets:/run/secrets:ro");
        assertThat(COMPOSE.service("postgres").list("volumes")).contains("database:/var/lib/postgresql/data");
        assertThat(COMPOSE.service("s3-documents").list("volumes")).contains("documents-s3:/data");
        assertThat(COMPOSE.service("s3-backups").list("volumes")).contains("backups-s3:/data");
        assertThat(COMPOSE.volumes())
                .containsOnlyKeys(
                        "secrets",
                        "database",
                        "documents",
                        "backups",
                        "documents-s3",
                        "backups-s3",
                        "prometheus",
                        "grafana");
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend-1", "database-role", "postgres", "s3-documents", "s3-backups", "grafana"})
    void secrets_are_read_from_files_that_nobody_else_writes(String name) {
        Service service = COMPOSE.service(name);
        assertThat(service.list("volumes")).contains("secrets:/run/secrets:ro");
        service.environment().forEach((variable, value) -> {
            if (variable.matches(".*(PASSWORD|SECRET|KEY|IDENTITY|CREDENTIAL).*")) {
                assertThat(variable).endsWith("_FILE");
                assertThat(String.valueOf(value)).startsWith("/run/secrets/");
            }
        });
    }

    @Test
    void each_file_that_is_read_is_one_that_is_made() {
        String made = Project.text("deploy/compose/make-secrets.sh");
        for (Service service : services()) {
            service.environment().forEach((variable, value) -> {
                if (String.valueOf(value).startsWith("/run/secrets/")) {
                    assertThat(made).contains(" " + String.valueOf(value).substring("/run/secrets/".length()) + " ");
                }
            });
        }
    }

    @Test
    void no_secret_has_a_value_here() {
        COMPOSE.service("secrets")
                .environment()
                .forEach((variable, value) -> assertThat(value).isEqualTo("${" + variable + ":-}"));
        assertThat(Project.text("docker-compose.yml") + Project.text("deploy/compose/s3.env"))
                .doesNotContainPattern("(?i)(password|secret|secret_key|access_key)\\s*[:=]\\s*[\"']?[a-z0-9]{4,}");
    }

    @Test
    void the_database_can_not_be_reached_from_outside_nor_reach_it() {
        assertThat(ComposeFile.map(COMPOSE.networks().get("data"))).containsEntry("internal", true);
        assertThat(COMPOSE.service("postgres").list("networks")).containsExactly("data");
        assertThat(COMPOSE.service("nginx").list("networks")).containsExactly("front");
        assertThat(COMPOSE.service("backend-1").list("networks")).containsExactlyInAnyOrder("front", "data");
    }

    @Test
    void a_stop_leaves_time_for_draining_and_for_what_runs() {
        Service backend = COMPOSE.service("backend-1");
        int drain = Integer.parseInt(backend.environment().get("DRAIN_SECONDS").toString());
        int longestStop = 30;
        assertThat(seconds(backend)).isGreaterThan(drain + longestStop);
        assertThat(seconds(COMPOSE.service("nginx"))).isGreaterThan(seconds(backend));
    }

    private static int seconds(Service service) {
        return Integer.parseInt(service.text("stop_grace_period").replace("s", ""));
    }

    @Test
    void the_pools_fit_into_the_servers_connections() {
        int pool = Integer.parseInt(COMPOSE.service("backend-1")
                .environment()
                .get("DB_POOL_SIZE")
                .toString()
                .replaceAll("\\D", ""));
        int backends = 6;
        int besideThePools = 40;
        assertThat(COMPOSE.service("postgres").list("command"))
                .contains("max_connections=" + (backends * pool + besideThePools));
    }

    @Test
    void a_fresh_clone_builds_its_image() {
        for (String name : List.of("backend-1", "backend-2", "secrets", "database-role")) {
            assertThat(COMPOSE.service(name).get("build"))
                    .isEqualTo(Map.of("context", ".", "args", Map.of("JAR", "${JAR:-source}")));
        }
    }

    @Test
    void each_s3_server_has_keys_of_its_own_and_the_backends_have_them_too() {
        Map<String, Object> backend = COMPOSE.service("backend-1").environment();
        Map<String, Object> documents = COMPOSE.service("s3-documents").environment();
        Map<String, Object> backups = COMPOSE.service("s3-backups").environment();
        assertThat(documents.get("S3PROXY_IDENTITY_FILE"))
                .isEqualTo(backend.get("MINIO_ACCESS_KEY_FILE"))
                .isNotEqualTo(backups.get("S3PROXY_IDENTITY_FILE"));
        assertThat(documents.get("S3PROXY_CREDENTIAL_FILE"))
                .isEqualTo(backend.get("MINIO_SECRET_KEY_FILE"))
                .isNotEqualTo(backups.get("S3PROXY_CREDENTIAL_FILE"));
        assertThat(backups.get("S3PROXY_IDENTITY_FILE")).isEqualTo(backend.get("BACKUP_S3_ACCESS_KEY_FILE"));
        assertThat(backups.get("S3PROXY_CREDENTIAL_FILE")).isEqualTo(backend.get("BACKUP_S3_SECRET_KEY_FILE"));
        // Its own 75 of 100 leave too little for what is not on the heap.
        assertThat(documents.get("S3PROXY_JAVA_OPTS"))
                .isEqualTo("-XX:MaxRAMPercentage=50")
                .isEqualTo(backups.get("S3PROXY_JAVA_OPTS"));
        assertThat(documents.get("JCLOUDS_FILESYSTEM_BASEDIR").toString()).startsWith("/data/");
    }

    @Test
    void an_s3_server_is_nobody_who_may_read_other_secrets() {
        assertThat(Stream.of("backend-1", "backend-2", "postgres", "s3-documents", "s3-backups")
                        .map(name -> COMPOSE.service(name).text("user")))
                .containsExactly("10001:10001", "10001:10001", "999:999", "10002:10002", "10003:10003");
    }

    @Test
    void one_file_switches_to_s3() {
        assertThat(Project.text("deploy/compose/s3.env").lines())
                .contains("COMPOSE_PROFILES=s3", "STORAGE_TYPE=minio", "BACKUP_REPOSITORY=s3://ai-doc-backups");
        assertThat(COMPOSE.service("backend-1").environment())
                .containsEntry("STORAGE_TYPE", "${STORAGE_TYPE:-local}")
                .containsEntry("BACKUP_REPOSITORY", "${BACKUP_REPOSITORY:-}")
                .containsEntry("MINIO_ENDPOINT", "${MINIO_ENDPOINT:-s3-documents:9000}")
                .containsEntry("BACKUP_S3_ENDPOINT", "${BACKUP_S3_ENDPOINT:-s3-backups:9000}");
    }

    @Test
    void every_file_that_is_mounted_is_there() {
        services().stream()
                .flatMap(service -> service.list("volumes").stream())
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.substring(2, volume.indexOf(':')))
                .forEach(path ->
                        assertThat(Files.exists(Project.path(path))).as(path).isTrue());
    }

    @Test
    void prometheus_asks_both_backends_where_no_token_is_needed() {
        assertThat(Project.text("deploy/monitoring/prometheus.yml"))
                .contains("backend-1:8081", "backend-2:8081", "job_name: ai-doc-backend", "alert-rules.yml");
    }
}
