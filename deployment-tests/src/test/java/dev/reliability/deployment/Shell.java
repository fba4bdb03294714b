package dev.reliability.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
public final class Shell {
    private static final int SECONDS = 120;

    private Shell() {}

    /** What a program said, on both streams together, and how it ended. */
    public record Result(int exitCode, String output) {}

    /** Runs a command in the project's folder, with nothing to read. */
    public static Result run(Map<String, String> environment, String... command) {
        return feed(environment, "", command);
    }

    /** The same, with this to read. */
    public static Result feed(Map<String, String> environment, String input, String... command) {
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(Project.path(".").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            // Beside the wait: reading ends only with the process.
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException("still running after " + SECONDS + " s: " + List.of(command));
            }
            return new Result(process.exitValue(), output.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
