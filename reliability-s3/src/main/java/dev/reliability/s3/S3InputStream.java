package dev.reliability.s3;

import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;

/** An object's bytes as they arrive; a connection that breaks is a failure as the contract has it. */
final class S3InputStream extends InputStream {
    private final InputStream in;
    private final S3Config config;
    private final String location;

    S3InputStream(InputStream in, S3Config config, String location) {
        this.in = in;
        this.config = config;
        this.location = location;
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private ObjectStoreException failure(IOException e) {
        return S3Failures.of("read " + location + " to its end", config, S3Failures.answer(e));
    }
}
