package dev.reliability.sample.documents;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * The bytes that somebody sends.
 *
 * @param contentType their media type
 * @param length how many there will be at most, as far as the request says
 * @param bytes read once, while they arrive; whoever opened it closes it
 */
record Upload(String contentType, OptionalLong length, InputStream bytes) {

    /** What could not be read because of whoever sends, not of the store that it was meant for. */
    static final class BrokenOffException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenOffException(IOException cause) {
            super("the request's body could not be read to its end", cause);
        }
    }
}
