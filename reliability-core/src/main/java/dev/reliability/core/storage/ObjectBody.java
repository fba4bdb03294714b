package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The bytes of an object, written once into the store's stream. To give up, throw: then nothing is published.
 */
@FunctionalInterface
public interface ObjectBody {

    /**
     * Writes all bytes. The stream is the store's: the body neither closes nor keeps it.
     *
     * @throws IOException to give up; the store passes it on to its caller
     */
    void writeTo(OutputStream out) throws IOException;

    /** These bytes, which must not change until the object is stored. */
    static ObjectBody of(byte[] bytes) {
        return out -> out.write(bytes);
    }

    /** What this stream delivers until its end; the caller closes the stream. */
    static ObjectBody of(InputStream in) {
        return in::transferTo;
    }
}
