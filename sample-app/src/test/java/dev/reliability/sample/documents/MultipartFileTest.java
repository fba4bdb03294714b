package dev.reliability.sample.documents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartFileTest {
    private static final String BOUNDARY = "------------------------d74496d66958873e";

    /** Contents that look like a boundary, cut into pieces of every awkward size. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1_000, 65_536})
    void the_file_comes_out_as_it_went_in_however_the_body_is_cut(int piece) throws Exception {
        byte[] content = trickyContent(piece);

        MultipartFile file =
                MultipartFile.find(cut(body(content), piece), BOUNDARY).orElseThrow();

        assertThat(file.fileName()).hasValue("a.bin");
        assertThat(file.contentType()).hasValue("application/pdf");
        assertThat(file.readAllBytes()).isEqualTo(content);
        assertThat(file.read()).isEqualTo(-1);
    }

    @Test
    void a_body_without_the_file_has_none() throws Exception {
        String body =
                "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--" + BOUNDARY + "--\r\n";

        assertThat(MultipartFile.find(cut(body.getBytes(UTF_8), 10), BOUNDARY)).isEmpty();
    }

    @Test
    void a_file_that_is_cut_off_is_no_file() throws Exception {
        byte[] whole = body(new byte[10_000]);
        byte[] cutOff = Arrays.copyOf(whole, whole.length - 1_000);
        MultipartFile file = MultipartFile.find(cut(cutOff, 64), BOUNDARY).orElseThrow();

        assertThatThrownBy(file::readAllBytes).isInstanceOf(IOException.class);
    }

    @Test
    void a_body_that_is_no_multipart_is_refused() {
        assertThatThrownBy(() -> MultipartFile.find(cut("hello".getBytes(UTF_8), 5), BOUNDARY))
                .isInstanceOf(IOException.class);
    }

    @Test
    void headers_without_end_are_refused() {
        String endless = "--" + BOUNDARY + "\r\nX: " + "y".repeat(100_000);

        assertThatThrownBy(() -> MultipartFile.find(cut(endless.getBytes(UTF_8), 1_000), BOUNDARY))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(EOFException.class);
    }

    private static byte[] trickyContent(int seed) {
        Random random = new Random(seed);
        StringBuilder content = new StringBuilder();
        while (content.length() < 50_000) {
            switch (random.nextInt(4)) {
                case 0 -> content.append("\r\n--").append(BOUNDARY, 0, random.nextInt(BOUNDARY.length()));
                case 1 -> content.append("\r\n\r\n--");
                case 2 -> content.append("\r");
                // Below the letters, or it could complete a boundary.
                default -> content.append((char) random.nextInt('a'));
            }
        }
        return content.toString().getBytes(ISO_8859_1);
    }

    private static byte[] body(byte[] content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"before\"\r\n\r\nvalue\r\n--"
                        + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n"
                        + "Content-Type: application/pdf\r\n\r\n")
                .getBytes(UTF_8));
        body.writeBytes(content);
        body.writeBytes(("\r\n--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"after\"\r\n\r\nvalue\r\n--"
                        + BOUNDARY + "--\r\n")
                .getBytes(UTF_8));
        return body.toByteArray();
    }

    private static InputStream cut(byte[] body, int piece) {
        return new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, piece));
            }
        };
    }
}
