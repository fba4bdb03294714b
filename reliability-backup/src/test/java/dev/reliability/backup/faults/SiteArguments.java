package dev.reliability.backup.faults;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that a process of its own must be told of a site, behind what else it is told. */
final class SiteArguments {
    private final List<String> arguments;

    private SiteArguments(List<String> arguments) {
        this.arguments = arguments;
    }

    /** What to start the process with. */
    static String[] append(BackupSite site, String... others) {
        PostgreSQLConfig database = site.database();
        List<String> all = new ArrayList<>(List.of(others));
        all.addAll(List.of(
                site.folder().toString(),
                Integer.toString(database.port()),
                database.user(),
                database.password(),
                database.database(),
                String.valueOf(database.pgBin())));
        return all.toArray(new String[0]);
    }

    /** For that process: what stands behind so many others. */
    static SiteArguments behind(int others, String... all) {
        return new SiteArguments(List.of(all).subList(others, all.length));
    }

    /** The repository of the site. */
    ObjectStore store() throws IOException {
        return LocalObjectStore.open(Path.of(arguments.get(0)).resolve("backups"));
    }

    /** Whoever works there, in this repository. */
    BackupManager manager(ObjectStore repository) throws IOException {
        PostgreSQLConfig database = PostgreSQLConfig.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments.get(1)))
                .user(arguments.get(2))
                .password(arguments.get(3))
                .database(arguments.get(4))
                .pgBin(Path.of(arguments.get(5)))
                .build();
        ObjectStore objects = LocalObjectStore.open(Path.of(arguments.get(0)).resolve("objects"));
        return BackupSite.manager(repository, database, objects, TimeSource.system());
    }
}
