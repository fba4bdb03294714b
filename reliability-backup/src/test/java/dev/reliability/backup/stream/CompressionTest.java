package dev.reliability.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.Compression;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CompressionTest {
    private static final int BLOCK = ParallelCompressor.BLOCK;

    @TempDir
    Path folder;

    static Stream<Arguments> sizesAroundBlocks() {
        int[] sizes = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5 * BLOCK + 7, 40 * BLOCK};
        return Arrays.stream(Compression.values())
                .flatMap(each -> IntStream.of(sizes).mapToObj(size -> Arguments.of(each, size)));
    }

    @ParameterizedTest
    @MethodSource("sizesAroundBlocks")
    void any_length_comes_back_here_and_by_the_formats_own_program(Compression compression, int size) throws Exception {
        byte[] plain = text(size);

        byte[] encoded = encode(compression, plain, new Random(size));

        assertThat(decode(compression, encoded)).isEqualTo(plain);
        assertThat(byProgram(compression, encoded)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void the_same_bytes_make_the_same_file_however_they_are_handed_over(Compression compression) throws IOException {
        byte[] plain = text(7 * BLOCK + 99);
        byte[] first = encode(compression, plain, new Random(1));

        for (int seed = 2; seed < 6; seed++) {
            assertThat(encode(compression, plain, new Random(seed)))
                    .as("seed %s", seed)
                    .isEqualTo(first);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_can_not_be_compressed_hardly_grows(Compression compression) throws IOException {
        byte[] plain = new byte[3 * BLOCK];
        new Random(1).nextBytes(plain);

        byte[] encoded = encode(compression, plain, new Random(1));

        assertThat(encoded.length).isLessThan(plain.length + plain.length / 100);
        assertThat(decode(compression, encoded)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void a_file_cut_anywhere_but_between_blocks_is_an_error(Compression compression) throws IOException {
        byte[] plain = text(BLOCK + 1000);
        byte[] encoded = encode(compression, plain, new Random(1));
        int border = encode(compression, Arrays.copyOf(plain, BLOCK), new Random(1)).length;
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            int length = i < 20 ? border + 1 + i : random.nextInt(encoded.length);
            if (length != border) {
                assertThatThrownBy(() -> decode(compression, Arrays.copyOf(encoded, length)))
                        .as("cut to %s of %s", length, encoded.length)
                        .isInstanceOfAny(EOFException.class, ZipException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_follows_the_last_block_is_an_error(Compression compression) throws IOException {
        byte[] encoded = encode(compression, text(1000), new Random(1));
        byte[] longer = Arrays.copyOf(encoded, encoded.length + 40);
        Arrays.fill(longer, encoded.length, longer.length, (byte) 'x');

        assertThatThrownBy(() -> decode(compression, longer)).isInstanceOf(ZipException.class);
    }

    /** As gunzip's own files have it: a name, and a stream that says it has nothing available between members. */
    @Test
    void gzip_with_a_name_in_its_header_is_read_member_by_member_from_a_stream_that_arrives_slowly() throws Exception {
        Path file = Files.write(folder.resolve("named"), text(200_000));
        byte[] named = run(List.of("gzip", "-c", file.toString()), new byte[0]);
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.write(named);
        two.write(named);

        InputStream slow = new ByteArrayInputStream(two.toByteArray()) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 7));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };

        assertThat(Decompression.open(Compression.GZIP, slow).readAllBytes()).hasSize(400_000);
    }

    @ParameterizedTest
    @EnumSource
    void a_file_is_recognized_by_its_first_bytes(Compression compression) throws IOException {
        byte[] first = Arrays.copyOf(encode(compression, text(10), new Random(1)), 4);

        assertThat(Decompression.recognize(first)).contains(compression);
        assertThat(Decompression.recognize(new byte[] {'-', '-', '\n', '-'})).isEmpty();
        assertThat(Decompression.recognize(new byte[0])).isEmpty();
    }

    @Test
    void zstd_that_begins_with_a_frame_to_skip_is_recognized_and_read_frame_by_frame() throws IOException {
        byte[] skipped = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
        byte[] frame = encode(Compression.ZSTD, text(1000), new Random(1));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] each : List.of(skipped, frame, frame, skipped, frame, skipped)) {
            file.write(each);
        }

        assertThat(Decompression.recognize(Arrays.copyOf(file.toByteArray(), 4)))
                .contains(Compression.ZSTD);
        assertThat(decode(Compression.ZSTD, file.toByteArray())).hasSize(3000).startsWith(text(1000));
    }

    @Test
    void zstd_without_its_library_names_the_library() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("zstd-jni")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> compressions = without.loadClass(Compression.class.getName());
            Class<?> decompression = without.loadClass(Decompression.class.getName());
            for (Object compression : compressions.getEnumConstants()) {
                String obstacle = decompression
                        .getMethod("obstacle", compressions)
                        .invoke(null, compression)
                        .toString();
                if (compression.toString().equals("ZSTD")) {
                    assertThat(obstacle).contains("com.github.luben:zstd-jni").contains("class path");
                } else {
                    assertThat(obstacle).isEqualTo("Optional.empty");
                }
            }
        }
    }

    /** Lines that repeat, as a dump's do, with something of their own in each. */
    private static byte[] text(int size) {
        Random random = new Random(size);
        StringBuilder text = new StringBuilder(size + 100);
        while (text.length() < size) {
            text.append(random.nextInt(100_000)).append("\tactor@example.com\tdocument.view\tok\n");
        }
        return Arrays.copyOf(text.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII), size);
    }

    private static byte[] encode(Compression compression, byte[] plain, Random pieces) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (ParallelCompressor compressor = ParallelCompressor.of(compression, encoded)) {
            int position = 0;
            while (position < plain.length) {
                int piece = Math.min(plain.length - position, 1 + pieces.nextInt(2 * BLOCK));
                compressor.write(plain, position, piece);
                position += piece;
            }
            compressor.finish();
            assertThat(compressor.count()).isEqualTo(plain.length);
        }
        return encoded.toByteArray();
    }

    private static byte[] decode(Compression compression, byte[] encoded) throws IOException {
        try (InputStream in = Decompression.open(compression, new ByteArrayInputStream(encoded))) {
            return in.readAllBytes();
        }
    }

    private byte[] byProgram(Compression compression, byte[] encoded) throws Exception {
        return switch (compression) {
            case GZIP -> run(List.of("gunzip", "-c"), encoded);
            case ZSTD -> run(List.of("zstd", "-dcq"), encoded);
        };
    }

    private byte[] run(List<String> command, byte[] input) throws Exception {
        Path in = Files.write(Files.createTempFile(folder, "in", ""), input);
        Path out = Files.createTempFile(folder, "out", "");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).as("%s", command).isZero();
        return Files.readAllBytes(out);
    }
}
