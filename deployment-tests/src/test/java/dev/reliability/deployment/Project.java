package dev.reliability.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of this project, by their paths in it. */
public final class Project {
    private static final Path ROOT = root();

    private Project() {}

    /** The file or folder at a path such as {@code k8s/secrets.yaml}, whether it is there or not. */
    public static Path path(String relative) {
        return ROOT.resolve(relative);
    }

    /** The text of a file. */
    public static String text(String relative) {
        try {
            return Files.readString(path(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a YAML text, empty ones left out; a key that is there twice is refused. */
    public static List<Object> yaml(String text) {
        List<Object> documents = new ArrayList<>();
        new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                .loadAllFromString(text)
                .forEach(document -> {
                    if (document != null) {
                        documents.add(document);
                    }
                });
        return documents;
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("deployment-tests/pom.xml"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("not started in the project or a folder of it");
            }
        }
        return folder;
    }
}
