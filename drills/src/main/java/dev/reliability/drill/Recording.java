package dev.reliability.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * All that was measured in a drill. On disk it is a folder with {@code requests.csv}, {@code transitions.csv}, {@code
 * documents.csv}, which {@code load} writes, and {@code marks}, which the script writes.
 */
record Recording(List<Request> requests, List<Transition> transitions, List<Kept> documents, List<Mark> marks) {
    private static final String REQUESTS = "requests.csv";
    private static final String TRANSITIONS = "transitions.csv";
    private static final String DOCUMENTS = "documents.csv";
    private static final String MARKS = "marks";

    Recording {
        requests = requests.stream().sorted(Comparator.comparing(Request::sent)).toList();
        transitions = List.copyOf(transitions);
        documents = List.copyOf(documents);
        marks = List.copyOf(marks);
    }

    static void write(Path folder, List<Request> requests, List<Transition> transitions, List<Kept> documents)
            throws IOException {
        write(folder.resolve(REQUESTS), requests, Request::line);
        write(folder.resolve(TRANSITIONS), transitions, Transition::line);
        write(folder.resolve(DOCUMENTS), documents, Kept::line);
    }

    static Recording read(Path folder) throws IOException {
        return new Recording(
                read(folder.resolve(REQUESTS), Request::parse),
                read(folder.resolve(TRANSITIONS), Transition::parse),
                read(folder.resolve(DOCUMENTS), Kept::parse),
                Files.exists(folder.resolve(MARKS)) ? read(folder.resolve(MARKS), Mark::parse) : List.of());
    }

    /** When the load began. */
    long start() {
        return requests.isEmpty() ? 0 : requests.get(0).sent();
    }

    private static <T> void write(Path file, List<T> values, Function<T, String> line) throws IOException {
        Files.write(file, values.stream().map(line).toList());
    }

    private static <T> List<T> read(Path file, Function<String, T> value) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(value)
                .toList();
    }
}
