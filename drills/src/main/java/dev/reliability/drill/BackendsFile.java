package dev.reliability.drill;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file with a line {@code NAME URL} for each backend, which may change while it is watched. */
record BackendsFile(Path file) {
    /** @throws IOException if it can not be read, or has a line of another kind */
    Map<String, URI> read() throws IOException {
        Map<String, URI> backends = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank()) {
                continue;
            }
            String[] words = line.strip().split("\\s+", -1);
            if (words.length != 2 || !words[1].startsWith("http")) {
                throw new IOException(file + " has the line '" + line + "': it must be NAME URL");
            }
            backends.put(words[0], URI.create(words[1]));
        }
        return backends;
    }
}
