package dev.reliability.backup;

import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A repository in a folder, looked at from outside. */
record SharedFolder(Path root) {
    /** How many operations of this kind are on record. */
    long operations(OperationStatus.Kind kind) throws IOException {
        long count = 0;
        for (Path record : files(".repository/operations")) {
            if (record.toString().endsWith(".json")
                    && Files.readString(record).contains("\"kind\": \"" + kind.wireName() + "\"")) {
                count++;
            }
        }
        return count;
    }

    /** The files below a path; none if it is not there. */
    List<Path> files(String path) throws IOException {
        Path below = root.resolve(path);
        if (!Files.exists(below)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
