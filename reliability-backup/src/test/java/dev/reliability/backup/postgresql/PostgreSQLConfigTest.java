package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PostgreSQLConfigTest {
    @Test
    void all_faults_are_reported_at_once() {
        PostgreSQLConfig.Builder builder = PostgreSQLConfig.builder()
                .host("a,b")
                .port(0)
                .user("")
                .password("a secret\0")
                .database("x".repeat(64))
                .sslMode("maybe");
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("host is", "port is 0", "user is", "password has", "of 64 bytes", "sslMode is")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void the_password_is_not_printed() {
        PostgreSQLConfig config = valid().build();
        assertThat(config.toString()).contains("app@db:5432/app").doesNotContain("secret");
        assertThat(config.jdbcUrl("app")).doesNotContain("secret");
    }

    @Test
    void addresses_and_names_with_any_signs_make_a_url() {
        assertThat(valid().host("::1").sslMode("require").build().jdbcUrl("a b/?&文"))
                .startsWith("jdbc:postgresql://[::1]:5432/a%20b%2F%3F%26%E6%96%87?")
                .contains("connectTimeout=5", "tcpKeepAlive=true", "socketTimeout=0")
                .endsWith("&sslmode=require");
    }

    private static PostgreSQLConfig.Builder valid() {
        return PostgreSQLConfig.builder()
                .host("db")
                .user("app")
                .password("secret")
                .database("app");
    }
}
