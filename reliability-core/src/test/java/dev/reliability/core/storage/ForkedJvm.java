package dev.reliability.core.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A class with a {@code main} in a process of its own, which a test can kill. */
final class ForkedJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ForkedJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it.
     *
     * @param locale its {@code LC_ALL}
     */
    static ForkedJvm start(Class<?> main, String locale, String... arguments) throws IOException {
        return start(List.of(), main, locale, arguments);
    }

    /** Starts it under another program, as strace. */
    static ForkedJvm start(List<String> under, Class<?> main, String locale, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(under);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", locale);
        return new ForkedJvm(builder.start());
    }

    /** Waits for its next line; null at its end. */
    String readLine() throws IOException {
        return output.readLine();
    }

    /** Kills it as {@code kill -9} does, and waits until it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the process survived its killing");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
