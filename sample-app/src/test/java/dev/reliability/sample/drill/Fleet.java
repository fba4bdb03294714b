package dev.reliability.sample.drill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The replicas of a drill: starts, kills, stops and continues them, and remembers what they said. */
final class Fleet implements AutoCloseable {
    private final List<List<String>> arguments;
    private final Process[] processes;
    private final boolean[] stopped;
    /** The step before which a replica has stopped itself; empty if it has not. */
    private final AtomicReferenceArray<String> standing;

    private final Set<String> made = ConcurrentHashMap.newKeySet();
    /** How many replicas want to delete a backup, or did. */
    private final Map<String, Integer> deleting = new ConcurrentHashMap<>();

    private final Map<String, Integer> counts = new TreeMap<>();
    private int starts;

    /** @param arguments of each replica, see {@link Replica#main} */
    Fleet(List<List<String>> arguments) throws IOException {
        this.arguments = arguments;
        this.processes = new Process[arguments.size()];
        this.stopped = new boolean[arguments.size()];
        this.standing = new AtomicReferenceArray<>(arguments.size());
        for (int i = 0; i < processes.length; i++) {
            start(i);
        }
    }

    int size() {
        return processes.length;
    }

    private void start(int number) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Replica.class.getName()));
        command.addAll(arguments.get(number));
        // Another life has other chances.
        command.set(
                command.size() - 3, Long.toString(Long.parseLong(command.get(command.size() - 3)) + 1000L * starts++));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes[number] = process;
        stopped[number] = false;
        standing.set(number, "");
        Thread reader = new Thread(() -> read(number, process), "replica-" + number);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(int number, Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(number, process, line);
            }
        } catch (IOException killed) {
            count("cut off");
        }
    }

    private void heard(int number, Process process, String line) {
        String[] words = line.split(" ", 2);
        switch (words[0]) {
            case "MADE" -> made.add(words[1]);
            case "DELETING" -> deletionsOf(words[1], 1);
            case "KEPT" -> deletionsOf(words[1], -1);
            case "STOPPING" -> {
                if (processes[number] == process) {
                    standing.set(number, words[1]);
                }
            }
            case "READY", "DELETED", "CLEANED", "FAILED", "NOT" -> {}
            default -> {
                // The log goes the same way.
                return;
            }
        }
        count(words[0].equals("NOT") ? line.replaceAll("(NOT MADE \\S+).*", "$1") : words[0]);
    }

    private void deletionsOf(String id, int more) {
        deleting.merge(id, more, Integer::sum);
    }

    private synchronized void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** How often what was said or done. */
    synchronized String counts() {
        return counts.toString();
    }

    /** Backups that were told to be made, and whose deletion nobody began. */
    Set<String> toBeThere() {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        ids.addAll(made);
        ids.removeIf(id -> deleting.getOrDefault(id, 0) > 0);
        return ids;
    }

    /** Kills one as {@code kill -9} does, and starts it again. */
    void replace(int number) throws IOException, InterruptedException {
        count("killed");
        processes[number].destroyForcibly().waitFor();
        start(number);
    }

    /** Lets one stand still wherever it is. */
    void stop(int number) throws IOException, InterruptedException {
        count("stopped");
        stopped[number] = true;
        signal("-STOP", number);
    }

    /** Lets one go on that stands still, for whatever reason. */
    void go(int number) throws IOException, InterruptedException {
        stopped[number] = false;
        standing.set(number, "");
        signal("-CONT", number);
    }

    /** Lets one stop itself right before its next step of this kind. */
    void arm(int number, StoppingStore.Step step) {
        tell(number, step.name());
    }

    /** Takes back what {@link #arm} said. */
    void disarm() {
        for (int i = 0; i < size(); i++) {
            tell(i, Replica.DISARM);
        }
    }

    /** Lets all of them end what they are doing, and waits for it. */
    void end() throws InterruptedException {
        for (int i = 0; i < size(); i++) {
            tell(i, Replica.END);
        }
        for (Process process : processes) {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("a replica did not end within 60 s");
            }
        }
    }

    private void tell(int number, String word) {
        try {
            processes[number].getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
            processes[number].getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isStanding(int number) {
        return stopped[number] || !standing.get(number).isEmpty();
    }

    /** Whether one has stopped itself. */
    boolean hasStoppedItself(int number) {
        return !standing.get(number).isEmpty();
    }

    private void signal(String signal, int number) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(processes[number].pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroyForcibly();
        }
    }
}
