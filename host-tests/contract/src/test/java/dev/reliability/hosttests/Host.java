package dev.reliability.hosttests;

import jakarta.ws.rs.core.Application;
import java.net.URI;

/** A maker's server. */
public interface Host {

    /**
     * Starts a server with one application.
     *
     * @param path where the application is mounted: empty, or {@code /something}
     */
    Running start(Application application, String path) throws Exception;

    /** A server that serves; closing it ends it. */
    interface Running extends AutoCloseable {

        /** The application's address, without a slash at its end. */
        URI address();

        @Override
        void close();
    }
}
