package dev.reliability.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the script has found out itself: a file with lines {@code met|missed NAME | MEASURED | ALLOWED}. */
final class Checks {
    private Checks() {}

    static List<Goal> read(Path file) throws IOException {
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .filter(line -> !line.isBlank())
                        .map(Checks::parse)
                        .toList()
                : List.of();
    }

    /** @throws IllegalArgumentException if the line is of another kind */
    static Goal parse(String line) {
        String[] parts = line.strip().split("\\s+", 2);
        String[] fields = parts.length == 2 ? parts[1].split(" \\| ", -1) : new String[0];
        if (!(parts[0].equals("met") || parts[0].equals("missed")) || fields.length != 3) {
            throw new IllegalArgumentException("the check '" + line + "' is not met|missed NAME | MEASURED | ALLOWED");
        }
        return new Goal(fields[0], fields[1], fields[2], parts[0].equals("met"));
    }
}
