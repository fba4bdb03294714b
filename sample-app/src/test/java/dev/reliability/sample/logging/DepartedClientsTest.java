package dev.reliability.sample.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import org.eclipse.jetty.io.EofException;
import org.glassfish.jersey.server.internal.process.MappableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The backend's own configuration of logs, and what Jersey tells when an answer can not be written. */
class DepartedClientsTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private Logger jersey;

    @BeforeEach
    void configure() throws Exception {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(DepartedClients.class.getResource("/logback.xml"));
        jersey = context.getLogger("org.glassfish.jersey.server.ServerRuntime$Responder");
        logged.start();
        jersey.addAppender(logged);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void that_a_client_left_is_not_told() {
        jersey.error("could not be written", new MappableException(new EofException("reset by the client")));

        assertThat(logged.list).isEmpty();
    }

    @Test
    void that_an_answer_could_not_be_written_for_another_reason_is() {
        jersey.error("could not be written", new MappableException(new IOException("no such object")));
        jersey.error("something else");

        assertThat(logged.list)
                .extracting(ILoggingEvent::getMessage)
                .containsExactly("could not be written", "something else");
    }
}
