package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Renders the manifests by the program that would do so for kubectl, once for each variant. */
final class Kustomize {
    /** Where scripts/lib/tools.sh puts it on systems that have no package of it. */
    private static final String UNPACKED = ".local/tools/kustomize/usr/bin/kustomize";

    private static final Map<Variant, Manifests> RENDERED = new EnumMap<>(Variant.class);

    private Kustomize() {}

    /** What {@code kubectl apply -k} would apply. */
    static synchronized Manifests render(Variant variant) {
        return RENDERED.computeIfAbsent(variant, Kustomize::build);
    }

    private static Manifests build(Variant variant) {
        try {
            Path overlay = Project.path("deployment-tests/target/kustomize/" + variant);
            Files.createDirectories(overlay);
            Files.writeString(overlay.resolve("kustomization.yaml"), overlay(variant));
            List<Resource> resources =
                    Project.yaml(run(overlay)).stream().map(Resource::new).toList();
            return new Manifests(variant, resources);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As docs/kubernetes.md tells a user to write one. */
    private static String overlay(Variant variant) {
        StringBuilder text = new StringBuilder("""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../../../k8s]
                components:
                """);
        if (variant.components().isEmpty()) {
            text.append("  []\n");
        }
        variant.components()
                .forEach(each -> text.append("  - ../../../../k8s/components/")
                        .append(each)
                        .append('\n'));
        return text.toString();
    }

    private static String run(Path overlay) throws IOException {
        List<String> command = new ArrayList<>(command());
        command.add(overlay.toString());
        Path errors = overlay.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed: " + Files.readString(errors));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output;
    }

    private static List<String> command() {
        Path unpacked = Project.path(UNPACKED);
        if (Files.isExecutable(unpacked)) {
            return List.of(unpacked.toString(), "build");
        }
        Path kustomize = onPath("kustomize");
        if (kustomize != null) {
            return List.of(kustomize.toString(), "build");
        }
        Path kubectl = onPath("kubectl");
        if (kubectl != null) {
            return List.of(kubectl.toString(), "kustomize");
        }
        throw new AssertionError("neither kustomize (5.0 or newer) nor kubectl (1.27 or newer) is on PATH;"
                + " scripts/test.sh installs kustomize where there is a package of it");
    }

    private static @Nullable Path onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
