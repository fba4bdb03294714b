package dev.reliability.deployment.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.Shell;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowBackendsTest {
    @TempDir
    Path folder;

    private StubBackend one;
    private StubBackend two;

    @BeforeEach
    void start() throws IOException {
        one = StubBackend.start("one");
        two = StubBackend.start("two");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private LoadBalancer following(Path file) throws IOException {
        return LoadBalancer.start(folder, Map.of("BACKENDS_FILE", file.toString()));
    }

    @Test
    void a_changed_file_is_followed_without_a_restart() throws IOException {
        Path file = Files.writeString(folder.resolve("backends"), one.address() + "\n");
        try (LoadBalancer nginx = following(file)) {
            nginx.awaitReady(one);
            assertThat(nginx.get("/").body()).isEqualTo("one");
            Files.writeString(file, two.address() + "\n");
            nginx.awaitReady(two);
            nginx.awaitOut(one);
            nginx.awaitAnsweredBy("two");
        }
    }

    @Test
    void a_name_is_followed_and_what_is_no_backend_is_left_out() throws IOException {
        Path file = Files.writeString(
                folder.resolve("backends"),
                "localhost" + one.address().substring(one.address().indexOf(':'))
                        + "\nevil;return:80\nno.such.name.invalid:8080\n");
        try (LoadBalancer nginx = following(file)) {
            nginx.awaitReady(one);
            assertThat(nginx.get("/").body()).isEqualTo("one");
            assertThat(nginx.said()).doesNotContain("evil", "no.such.name");
            assertThat(Files.readString(folder.resolve("run/backends.conf"))).doesNotContain("evil", "no.such.name");
        }
    }

    @Test
    void it_starts_without_any_backend_and_finds_those_that_come() throws IOException {
        Path file = folder.resolve("backends");
        try (LoadBalancer nginx = following(file)) {
            Problems.isProblem(nginx.get("/"), 502, "no_backend");
            Files.writeString(file, one.address() + "\n");
            nginx.awaitReady(one);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> nginx.get("/").body().equals("one"));
        }
    }

    @Test
    void a_reload_breaks_no_request_that_runs() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        one.behave(exchange -> {
            try {
                if (exchange.getRequestURI().getPath().equals("/api/v1/backup/list")) {
                    changed.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            one.answer(exchange);
        });
        Path file = Files.writeString(folder.resolve("backends"), one.address() + "\n");
        try (LoadBalancer nginx = following(file)) {
            nginx.awaitReady(one);
            CompletableFuture<HttpResponse<String>> running =
                    CompletableFuture.supplyAsync(() -> nginx.get("/api/v1/backup/list"));
            await().until(() -> !one.requests().isEmpty());
            Files.writeString(file, two.address() + "\n");
            nginx.awaitReady(two);
            nginx.awaitAnsweredBy("two");
            changed.countDown();
            assertThat(running.get().body()).isEqualTo("one");
        }
    }

    @Test
    void told_to_stop_it_finishes_what_runs_and_leaves_nothing_behind() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        one.behave(exchange -> {
            try {
                stopping.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            one.answer(exchange);
        });
        LoadBalancer nginx = LoadBalancer.inFrontOf(folder, one);
        try {
            CompletableFuture<HttpResponse<String>> running =
                    CompletableFuture.supplyAsync(() -> nginx.get("/api/v1/backup/list"));
            await().until(() -> !one.requests().isEmpty());
            nginx.terminate();
            await().atMost(Duration.ofSeconds(10)).until(() -> !listens(nginx));
            stopping.countDown();
            assertThat(running.get().body()).isEqualTo("one");
            assertThat(nginx.exitCode()).isZero();
        } finally {
            stopping.countDown();
            nginx.close();
        }
        Path pid = folder.resolve("run/nginx.pid");
        assertThat(pid).doesNotExist();
    }

    private static boolean listens(LoadBalancer nginx) {
        try {
            new RawClient(nginx.port()).close();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Shell.Result refused(Map<String, String> environment) {
        return Shell.run(
                environment,
                "sh",
                Project.path("deploy/nginx/follow-backends.sh").toString());
    }

    @Test
    void wrong_settings_are_named() {
        assertThat(refused(Map.of()).output()).contains("BACKENDS or BACKENDS_FILE must say where the backends are");
        assertThat(refused(Map.of(
                                "BACKENDS", one.address(),
                                "NGINX_PORT", "http",
                                "NGINX_RUN_DIR", folder.toString()))
                        .output())
                .contains("NGINX_PORT=http is not a port");
        assertThat(refused(Map.of("BACKENDS", one.address(), "NGINX", "no-such-nginx"))
                        .output())
                .contains("no-such-nginx is not there");
    }

    @Test
    void it_ends_when_nginx_does() throws Exception {
        Path taken = Files.writeString(folder.resolve("nginx"), "#!/bin/sh\necho nginx/1.26.0 >&2\nexit 7\n");
        assertThat(taken.toFile().setExecutable(true)).isTrue();
        Shell.Result result = refused(Map.of(
                "BACKENDS",
                one.address(),
                "NGINX",
                taken.toString(),
                "NGINX_RUN_DIR",
                folder.resolve("run").toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("nginx has ended by itself with exit code 7");
    }

    @Test
    void a_newer_nginx_is_told_not_to_close_connections_at_a_reload() throws Exception {
        for (Map.Entry<String, Boolean> version : Map.of(
                        "1.22.1", false, "1.27.3", false, "1.27.4", true, "1.30.0", true)
                .entrySet()) {
            Path nginx = Files.writeString(
                    folder.resolve("nginx-" + version.getKey()),
                    "#!/bin/sh\necho 'nginx version: nginx/" + version.getKey() + "' >&2\n");
            assertThat(nginx.toFile().setExecutable(true)).isTrue();
            Path run = folder.resolve("run-" + version.getKey());
            refused(Map.of("BACKENDS", one.address(), "NGINX", nginx.toString(), "NGINX_RUN_DIR", run.toString()));
            assertThat(Files.readString(run.resolve("backends.conf")).contains("keepalive_min_timeout"))
                    .as(version.getKey())
                    .isEqualTo(version.getValue());
        }
    }

    @Test
    void the_configuration_has_what_can_not_be_tried_here() {
        String conf = Project.text("deploy/nginx/nginx.conf");
        for (String line : List.of(
                "worker_shutdown_timeout 1h;",
                "proxy_connect_timeout 500ms;",
                "proxy_max_temp_file_size 0;",
                "client_header_timeout 10s;",
                "limit_req_zone $binary_remote_addr zone=requests:10m rate=1000r/s;",
                "limit_conn connections 1000;",
                "proxy_read_timeout 2s;")) {
            assertThat(conf).contains(line);
        }
        assertThat(conf).doesNotContain(" resolve;");
        assertThat(Project.text("deploy/nginx/follow-backends.sh")).contains("max_fails=1 fail_timeout=2s");
    }
}
