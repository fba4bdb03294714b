package dev.reliability.sample.wiring;

import dev.reliability.core.time.TimeSource;
import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.http.HttpServer;
import org.glassfish.jersey.server.ResourceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running backend. */
public final class Backend {
    private static final Logger log = LoggerFactory.getLogger(Backend.class);

    private final HttpServer server;

    private Backend(HttpServer server) {
        this.server = server;
    }

    /** Starts it; it serves when this returns. */
    public static Backend start(Configuration configuration, TimeSource time) throws Exception {
        HttpServer server = HttpServer.start(configuration.server().port(), new ResourceConfig());
        log.atInfo()
                .addKeyValue("event", "started")
                .addKeyValue("port", server.port())
                .log("serving");
        return new Backend(server);
    }

    /** The port of the API. */
    public int port() {
        return server.port();
    }

    /** Stops it: what runs is finished. */
    public void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            log.warn("the server did not stop as it should", e);
        }
        log.atInfo().addKeyValue("event", "stopped").log("stopped");
    }
}
