package dev.reliability.sample.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HttpServerTest {
    private static final int LARGER_THAN_ANY_BUFFER = 16 << 20;

    private final Slow slow = new Slow();

    /** Answers when it is told to. */
    @Path("/")
    public static final class Slow {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch told = new CountDownLatch(1);

        @GET
        @Path("small")
        public String small() throws InterruptedException {
            asked.countDown();
            told.await();
            return "late";
        }

        @GET
        @Path("large")
        public byte[] large() throws InterruptedException {
            small();
            return new byte[LARGER_THAN_ANY_BUFFER];
        }
    }

    private HttpServer server() throws Exception {
        ResourceConfig application = new ResourceConfig();
        application.register(slow);
        return HttpServer.start(0, application);
    }

    private static Socket ask(HttpServer server, String path) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        OutputStream out = client.getOutputStream();
        out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return client;
    }

    /** As a probe does that has a time limit: what it asked for can never be delivered, and nobody waits for it. */
    @Test
    @Timeout(20)
    void a_client_that_left_before_its_answer_does_not_keep_a_stop_waiting() throws Exception {
        stopAfterClientLeft("/small");
    }

    @Test
    @Timeout(20)
    void a_client_that_left_before_a_large_answer_does_not_keep_a_stop_waiting() throws Exception {
        stopAfterClientLeft("/large");
    }

    private void stopAfterClientLeft(String path) throws Exception {
        HttpServer server = server();
        try (Socket client = ask(server, path)) {
            slow.asked.await();
            // Without a goodbye: the connection is reset.
            client.setSoLinger(true, 0);
        }
        slow.told.countDown();
        server.stop();
    }

    /** As what a stopped process finds when it goes on: a question and the end of its connection, both at once. */
    @Test
    @Timeout(20)
    void clients_that_said_goodbye_with_their_question_do_not_keep_a_stop_waiting() throws Exception {
        HttpServer server = server();
        slow.told.countDown();
        for (int i = 0; i < 200; i++) {
            ask(server, "/small").close();
        }
        server.stop();
    }

    @Test
    @Timeout(20)
    void a_request_that_runs_is_answered_before_a_stop_ends() throws Exception {
        HttpServer server = server();
        try (Socket client = ask(server, "/small")) {
            slow.asked.await();
            Thread stop = new Thread(() -> {
                try {
                    server.stop();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            stop.start();
            stop.join(TimeUnit.MILLISECONDS.toMillis(300));
            assertThat(stop.isAlive()).isTrue();
            slow.told.countDown();
            InputStream in = client.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .contains("late");
            stop.join();
        }
    }
}
