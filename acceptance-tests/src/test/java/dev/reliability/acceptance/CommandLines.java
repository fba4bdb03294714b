package dev.reliability.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Reads the command line of every process of the machine, again and again, as anybody can do. */
final class CommandLines implements AutoCloseable {
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::watch, "command-lines");
    private volatile boolean over;

    CommandLines() {
        thread.start();
    }

    private void watch() {
        while (!over) {
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                List<Path> all = processes
                        .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                        .toList();
                for (Path process : all) {
                    look(process.resolve("cmdline"));
                }
            } catch (IOException e) {
                seen.add("can not read /proc: " + e);
            }
        }
    }

    private void look(Path commandLine) {
        try {
            seen.add(new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8).replace('\0', ' '));
        } catch (IOException ended) {
            // Processes come and go.
        }
    }

    /** Every command line that was ever seen. */
    Set<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
