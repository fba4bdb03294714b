package dev.reliability.backup.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Something that happens to files behind everybody's back, and can be undone.
 *
 * @param what in words
 * @param hit each file that is not what it was
 * @param before their bytes
 */
record Damage(String what, List<Path> hit, List<byte[]> before) {

    /** Of a random kind, to random files of these. */
    static Damage any(List<Path> files, Random random) throws IOException {
        while (true) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] bytes = Files.readAllBytes(file);
            switch (random.nextInt(4)) {
                case 0:
                    return flip(file, bytes, random.nextInt(bytes.length), random.nextInt(8));
                case 1:
                    return cut(file, bytes, random.nextInt(bytes.length));
                case 2:
                    return delete(file);
                default:
                    Path other = files.get(random.nextInt(files.size()));
                    if (!Arrays.equals(bytes, Files.readAllBytes(other))) {
                        return swap(file, other);
                    }
            }
        }
    }

    static Damage flip(Path file, byte[] bytes, int at, int bit) throws IOException {
        byte[] flipped = bytes.clone();
        flipped[at] = (byte) (flipped[at] ^ (1 << bit));
        Files.write(file, flipped);
        return new Damage("flip bit " + bit + " of byte " + at, List.of(file), List.of(bytes));
    }

    static Damage cut(Path file, byte[] bytes, int length) throws IOException {
        Files.write(file, Arrays.copyOf(bytes, length));
        return new Damage("cut " + bytes.length + " bytes to " + length, List.of(file), List.of(bytes));
    }

    static Damage delete(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return new Damage("delete", List.of(file), List.of(bytes));
    }

    static Damage swap(Path file, Path other) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[] others = Files.readAllBytes(other);
        Files.write(file, others);
        Files.write(other, bytes);
        return new Damage("swap", List.of(file, other), List.of(bytes, others));
    }

    boolean deletes() {
        return what.equals("delete");
    }

    void undo() throws IOException {
        for (int i = 0; i < hit.size(); i++) {
            Files.write(hit.get(i), before.get(i));
        }
    }
}
