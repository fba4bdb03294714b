package dev.reliability.health.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthStatus;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseHealthCheckTest {
    private static final HealthMessages CHINESE = HealthMessages.of("zh-CN");

    private interface Answer {
        Object to(String method, Object[] arguments) throws SQLException;
    }

    private final List<String> calls = new ArrayList<>();
    private boolean valid = true;

    private final DataSource dataSource = speaking(DataSource.class, (method, arguments) -> connection());

    private Connection connection() {
        return speaking(Connection.class, (method, arguments) -> {
            calls.add(arguments == null ? method : method + " " + arguments[0]);
            return method.equals("isValid") ? valid : null;
        });
    }

    private static <T> T speaking(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
    }

    @Test
    void serverThatAnswers_isHealthy_andTheConnectionGoesBack() throws Exception {
        DatabaseHealthCheck check = new DatabaseHealthCheck(dataSource);

        assertThat(check.name()).isEqualTo("database");
        assertThat(check.check().status()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(CHINESE.text(check.check().message())).isEqualTo("数据库连接正常");
        assertThat(calls).startsWith("isValid 2", "close");
    }

    @Test
    void serverThatDoesNotAnswer_isAConnectionException_andTheConnectionGoesBack() {
        valid = false;

        assertThatThrownBy(() -> new DatabaseHealthCheck(dataSource).check())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"))
                .hasMessageContainingAll("2 s", "database");
        assertThat(calls).containsExactly("isValid 2", "close");
    }

    @Test
    void connectionThatIsRefused_isThrownAsItIs() {
        SQLException refused = new SQLException("connection refused", "08001");
        DataSource down = speaking(DataSource.class, (method, arguments) -> {
            throw refused;
        });

        assertThatThrownBy(() -> new DatabaseHealthCheck(down).check()).isSameAs(refused);
        assertThat(CHINESE.text(new DatabaseHealthCheck(down).failureMessage())).isEqualTo("数据库连接失败");
    }

    @ParameterizedTest
    @CsvSource({"PT0.001S, 1", "PT1S, 1", "PT1.2S, 2", "PT1H, 3600"})
    void timeout_isRoundedUpToWholeSeconds(Duration timeout, int seconds) throws Exception {
        DatabaseHealthCheck check = new DatabaseHealthCheck("reporting", dataSource, timeout);

        check.check();

        assertThat(check.name()).isEqualTo("reporting");
        assertThat(calls).startsWith("isValid " + seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT1H0.1S"})
    void impossibleTimeout_isRefused(Duration timeout) {
        assertThatThrownBy(() -> new DatabaseHealthCheck("database", dataSource, timeout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(timeout.toString());
    }
}
