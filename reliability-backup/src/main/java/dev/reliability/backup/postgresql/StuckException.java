package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.time.Duration;

/** A program was silent for longer than is waited for. */
final class StuckException extends IOException {
    private static final long serialVersionUID = 1L;

    StuckException(String what, Duration silent, Duration limit) {
        super("nothing came from " + what + " for " + seconds(silent) + ", the limit is " + seconds(limit)
                + ", so it was ended; look on the server, in pg_stat_activity, what its session waits for, or raise the"
                + " limit if it had work to do");
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
