package dev.reliability.deployment.deployscript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@code kubectl} that records its arguments and answers by the first rule that matches them, newest rule first. What no
 * rule matches fails, so that a call that was not thought of is noticed.
 */
final class KubectlStub {
    private final Path folder;
    private final List<String> rules = new ArrayList<>();

    KubectlStub(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** The folder to be put first on PATH. */
    Path bin() {
        return folder.resolve("bin");
    }

    /** Answers calls whose arguments, with blanks between, match a pattern of the shell. */
    void answer(String pattern, String stdout) {
        rule(pattern, 0, List.of(stdout), "");
    }

    /** Answers the first call by the first text, the next by the next, and all further ones by the last. */
    void answerInTurn(String pattern, String... stdout) {
        rule(pattern, 0, List.of(stdout), "");
    }

    void fail(String pattern, String stderr) {
        rule(pattern, 1, List.of(""), stderr);
    }

    /** Has a line of shell answer; {@code $args} are the arguments with blanks between. */
    void run(String pattern, String shell) {
        rules.add(0, quoted(pattern) + ") " + shell + " ;;");
    }

    private void rule(String pattern, int exit, List<String> stdout, String stderr) {
        StringBuilder turns = new StringBuilder("turn rule-" + rules.size() + " " + stdout.size() + "; case $turn in ");
        for (int i = 0; i < stdout.size(); i++) {
            turns.append(i + 1)
                    .append(") printf %s ")
                    .append(literal(stdout.get(i)))
                    .append(" ;; ");
        }
        run(pattern, turns + "esac; printf %s " + literal(stderr) + " >&2; exit " + exit);
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** Everything but the wildcards is taken as it is. */
    private static String quoted(String pattern) {
        return Stream.of(pattern.split("\\*", -1))
                .map(part -> part.isEmpty() ? "" : literal(part))
                .reduce((left, right) -> left + "*" + right)
                .orElseThrow();
    }

    void install() throws IOException {
        Files.createDirectories(bin());
        Path program = bin().resolve("kubectl");
        Files.writeString(program, """
                #!/bin/sh
                folder=%s
                args=$*
                printf '%%s\\n' "$args" >>"$folder/calls"
                case "$args" in 'kustomize '*) cat "$2/kustomization.yaml" >>"$folder/overlays" ;; esac
                turn() {
                    turn=0
                    [ ! -f "$folder/$1" ] || read -r turn <"$folder/$1"
                    [ "$turn" -ge "$2" ] || turn=$((turn + 1))
                    echo "$turn" >"$folder/$1"
                }
                case $args in
                %s
                *) printf '%%s\\n' "$args" >>"$folder/unanswered"; exit 97 ;;
                esac
                """.formatted(folder, String.join("\n", rules)), UTF_8);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The calls so far, each with blanks between its arguments and without the context. */
    List<String> calls() throws IOException {
        return lines("calls").stream()
                .map(call -> call.replaceFirst("^--context=\\S+ ", ""))
                .toList();
    }

    List<String> callsWithContext() throws IOException {
        return lines("calls");
    }

    List<String> unanswered() throws IOException {
        return lines("unanswered");
    }

    /** The kustomizations that were rendered, one after the other. */
    String overlays() throws IOException {
        return String.join("\n", lines("overlays"));
    }

    private List<String> lines(String file) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }
}
