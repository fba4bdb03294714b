package dev.reliability.health;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.reliability.core.health.HealthJson;
import dev.reliability.core.health.HealthMessages;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HealthEventsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(HealthMonitor.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final ScriptedCheck database = new ScriptedCheck("database");
    private final VirtualMonitor virtual = VirtualMonitor.of(database, CheckConfig.defaults());

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private List<String> lines() {
        return log.list.stream()
                .map(line -> line.getKeyValuePairs().stream()
                        .map(pair -> pair.key + "=" + pair.value)
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    @Test
    void changeOfAComponent_isOneLine_howeverOftenItsCheckRuns() {
        virtual.passSeconds(20);
        database.does(() -> {
            throw new IOException("refused by db-7", new IllegalStateException("closed"));
        });
        virtual.passSeconds(20);
        database.works();
        virtual.passSeconds(20);

        assertThat(lines())
                .containsExactly(
                        "event=health_changed component=database from=unchecked to=healthy",
                        "event=health_started",
                        "event=health_changed component=database from=healthy to=unhealthy error=java.io.IOException: "
                                + "refused by db-7, caused by java.lang.IllegalStateException: closed",
                        "event=health_changed component=database from=unhealthy to=healthy");
        assertThat(log.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.INFO, Level.INFO, Level.WARN, Level.INFO);
    }

    @Test
    void whatACheckThrew_isInTheLogAlone() {
        database.does(() -> {
            throw new IOException("secret of db-7");
        });
        virtual.start();

        assertThat(lines().get(0)).contains("secret of db-7");
        assertThat(HealthJson.render(virtual.monitor.health(), HealthMessages.of("en"), true))
                .doesNotContain("secret", "IOException");
    }

    @Test
    void exceptionText_canNotWriteLinesOfItsOwn() {
        database.does(() -> {
            throw new IOException("bad\r\nevent=health_changed component=database to=healthy");
        });
        virtual.start();

        assertThat(lines().get(0)).doesNotContain("\n", "\r");
    }

    @Test
    void missedTime_isTold() {
        database.does(() -> {
            virtual.passSeconds(2);
            return null;
        });
        virtual.start();

        assertThat(lines().get(0))
                .contains(
                        "from=unchecked to=unhealthy", "'database' has not answered for 2000 ms, its limit is 2000 ms");
        assertThat(lines()).contains("event=health_check_ended_late component=database");
    }

    @Test
    void drainingAndTheEndOfLife_areTold_drainingOnce() {
        virtual.monitor.drain();
        virtual.monitor.drain();
        virtual.monitor.failLive("event loop died");

        assertThat(lines()).containsExactly("event=health_draining", "event=health_not_live reason=event loop died");
    }
}
