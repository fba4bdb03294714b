package dev.reliability.sample.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps out of the log that a client left before it had its answer. Jersey calls that an error and tells it on sixty lines,
 * and on a bad day, when clients give up by the hundreds, they bury the fault that made them.
 */
public final class DepartedClients extends TurboFilter {
    private static final int DEEPEST = 10;

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable failure) {
        return causedByDeparture(failure) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static boolean causedByDeparture(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof EofException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
