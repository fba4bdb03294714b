package dev.reliability.core.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A class with a {@code main} in a process of its own, which a test can kill. For one thread. */
public final class ForkedJvm implements AutoCloseable {
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
    public static ForkedJvm start(Class<?> main, String locale, String... arguments) throws IOException {
        return start(List.of(), main, locale, arguments);
    }

    /** Starts it under another program, as strace. */
    public static ForkedJvm start(List<String> under, Class<?> main, String locale, String... arguments)
            throws IOException {
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
    public @Nullable String readLine() throws IOException {
        return output.readLine();
    }

    /** Says a line to it; whether it is dead already shows at its own next line. */
    public void say(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Kills it as {@code kill -9} does, and waits until it is dead. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the process survived its killing");
        }
    }

    /** The processes that it has started and those that they have. */
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ends by itself within so long; returns at the end of either. */
    public boolean endsWithin(long micros) throws InterruptedException {
        return process.waitFor(micros, TimeUnit.MICROSECONDS);
    }

    /** Waits until it is dead, by itself or by whatever else. */
    public void awaitEnd() throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
