package dev.reliability.sample.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Documents of an application that nothing makes smaller, such as pictures. */
final class Documents {
    private static final int IN_A_FOLDER = 1_000;

    private Documents() {}

    static void make(Path folder, int count, int averageBytes) throws IOException {
        Random random = new Random(1);
        for (int n = 0; n < count; n++) {
            write(file(folder, n), random, 1 + random.nextInt(2 * averageBytes));
        }
    }

    /** Each that is changed keeps its size. */
    static void change(Path folder, int count, int each) throws IOException {
        Random random = new Random(2);
        for (int n = 0; n < count; n += each) {
            Path file = file(folder, n);
            write(file, random, Math.toIntExact(Files.size(file)));
        }
    }

    private static Path file(Path folder, int n) {
        return folder.resolve("documents").resolve(n / IN_A_FOLDER + "").resolve("document-" + n + ".pdf");
    }

    private static void write(Path file, Random random, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
