package dev.reliability.backup.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A text is not the JSON that it should be; the message is one sentence part that names what is wrong. */
public final class JsonFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    JsonFault(String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    @Override
    public String getMessage() {
        return reason;
    }
}
