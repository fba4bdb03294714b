package dev.reliability.sample.logging;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Brings what libraries tell java.util.logging to where everything else is told. */
public final class Logging {
    private Logging() {}

    /** To be called once, before anything else. */
    public static void install() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
