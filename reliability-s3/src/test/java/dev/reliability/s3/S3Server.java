package dev.reliability.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

/**
 * A real S3 server for tests, on 127.0.0.1, that can be stopped and started again on the same port with its data kept.
 *
 * <pre>{@code
 * try (S3Server server = S3Server.inFolder(folder)) {
 *     ObjectStore store = new MinioObjectStore(server.config("bucket").build());
 * }
 * }</pre>
 *
 * <p>Or as a process of its own, after a build, in the module's folder:
 *
 * <pre>{@code
 * java -cp "target/test-classes:target/classes:$(cat target/test.classpath)" dev.reliability.s3.S3Server FOLDER [PORT]
 * }</pre>
 *
 * which prints one line, {@code Serving S3 on http://127.0.0.1:PORT}, when it serves, and runs until it is killed.
 */
public final class S3Server implements AutoCloseable {
    /** The only access key that it knows. */
    public static final String ACCESS_KEY = "test-access-key";

    /** The secret of {@link #ACCESS_KEY}. */
    public static final String SECRET_KEY = "test-secret-key";

    private final BlobStore blobs;
    private final AuthenticationType authentication;
    private S3Proxy proxy;
    private int port;

    private S3Server(BlobStore blobs, int port, AuthenticationType authentication) throws IOException {
        this.blobs = blobs;
        this.port = port;
        this.authentication = authentication;
        start();
    }

    /** Starts one on a free port that keeps its objects in this folder, which is created. */
    public static S3Server inFolder(Path folder) throws IOException {
        return inFolder(folder, 0);
    }

    /** The same on this port; 0 for any free one. */
    public static S3Server inFolder(Path folder, int port) throws IOException {
        Properties properties = new Properties();
        properties.setProperty(
                "jclouds.filesystem.basedir", Files.createDirectories(folder).toString());
        return new S3Server(BlobStores.create("filesystem", properties), port, AuthenticationType.AWS_V2_OR_V4);
    }

    /** Starts one on a free port that keeps its objects in memory. */
    public static S3Server inMemory() throws IOException {
        return inMemory(AuthenticationType.AWS_V2_OR_V4);
    }

    /** The same for anybody, so that requests may be changed on their way. */
    static S3Server inMemoryForAnybody() throws IOException {
        return inMemory(AuthenticationType.NONE);
    }

    private static S3Server inMemory(AuthenticationType authentication) throws IOException {
        return new S3Server(BlobStores.create("transient", new Properties()), 0, authentication);
    }

    /** Starts it again after {@link #stop()}, on the same port. */
    public void start() throws IOException {
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .stopTimeout(0);
        if (authentication != AuthenticationType.NONE) {
            builder.awsAuthentication(authentication, ACCESS_KEY, SECRET_KEY);
        }
        proxy = builder.build();
        run("start", proxy::start);
        port = proxy.getPort();
    }

    /** Stops it at once; connections are refused until {@link #start()}. */
    public void stop() throws IOException {
        run("stop", proxy::stop);
    }

    private interface Step {
        void run() throws Exception;
    }

    private void run(String what, Step step) throws IOException {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + what + " the server on port " + port, e);
        } catch (Exception e) {
            throw new IOException("cannot " + what + " the server on port " + port, e);
        }
    }

    /** Its address, {@code http://127.0.0.1:port}. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** Its port, the same over all starts. */
    public int port() {
        return port;
    }

    /** How to reach a bucket of it. */
    public S3Config.Builder config(String bucket) {
        return S3Config.builder()
                .endpoint(endpoint())
                .credentials(ACCESS_KEY, SECRET_KEY)
                .bucket(bucket);
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /** Serves {@code FOLDER} on {@code PORT} until the process is killed. */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 2) {
            throw new IOException("usage: S3Server FOLDER [PORT]");
        }
        S3Server server = inFolder(Path.of(args[0]), args.length == 2 ? Integer.parseInt(args[1]) : 0);
        System.out.println("Serving S3 on " + server.endpoint());
        Thread.currentThread().join();
    }
}
