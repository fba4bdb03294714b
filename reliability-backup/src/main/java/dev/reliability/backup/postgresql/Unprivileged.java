package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** PostgreSQL refuses to run as root: where we are root, a server of ours runs as another user. */
final class Unprivileged {
    private static final Path USERS = Path.of("/etc/passwd");

    private Unprivileged() {}

    /** A user, by the fields of passwd. */
    private record User(String name, String id, String group) {}

    /**
     * What is to be put before the command of a server; nothing unless we are root.
     *
     * @param files become that user's own
     * @throws BackupException.Unavailable we are root, and there is no other user or no program that becomes one
     */
    static List<String> command(List<Path> files) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        Optional<Path> setpriv = SearchPath.find("setpriv");
        Optional<User> user = user("postgres").or(() -> user("nobody"));
        if (setpriv.isEmpty() || user.isEmpty()) {
            throw new BackupException.Unavailable(
                    "PostgreSQL does not run as root, and "
                            + (setpriv.isEmpty() ? "the program setpriv" : "another user")
                            + " was not found: run as a user that is not root",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        for (Path file : files) {
            Files.setOwner(
                    file,
                    file.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(user.get().name()));
        }
        return List.of(
                setpriv.get().toString(),
                "--reuid=" + user.get().id(),
                "--regid=" + user.get().group(),
                "--clear-groups");
    }

    private static Optional<User> user(String name) {
        try {
            return Files.readAllLines(USERS).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 3 && fields[0].equals(name))
                    .map(fields -> new User(name, fields[2], fields[3]))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
