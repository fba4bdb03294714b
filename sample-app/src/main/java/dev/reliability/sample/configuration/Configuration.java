package dev.reliability.sample.configuration;

import java.util.Map;
import java.util.function.Function;

/**
 * All that a serving backend needs to know, checked as a whole. Immutable; prints no secret.
 *
 * @param server ports and the way it stops
 * @param database where PostgreSQL is
 * @param storage where the documents' bytes are
 * @param documents limits of the document library
 * @param backups where backups are and for how long
 * @param tokens who may ask
 * @param health what health shows
 */
public record Configuration(
        ServerSettings server,
        DatabaseSettings database,
        StorageSettings storage,
        DocumentSettings documents,
        BackupSettings backups,
        TokenSettings tokens,
        HealthSettings health) {

    /**
     * What a serving backend needs.
     *
     * @throws ConfigurationException naming every fault
     */
    public static Configuration forServing(Map<String, String> environment) throws ConfigurationException {
        return read(
                environment,
                values -> new Configuration(
                        ServerSettings.read(values),
                        DatabaseSettings.read(values),
                        StorageSettings.read(values),
                        DocumentSettings.read(values),
                        BackupSettings.read(values),
                        TokenSettings.read(values),
                        HealthSettings.read(values)));
    }

    /** What the subcommands about backups need. */
    public record ForBackups(DatabaseSettings database, BackupSettings backups) {}

    /**
     * What the subcommands about backups need.
     *
     * @throws ConfigurationException naming every fault
     */
    public static ForBackups forBackups(Map<String, String> environment) throws ConfigurationException {
        return read(environment, values -> new ForBackups(DatabaseSettings.read(values), BackupSettings.read(values)));
    }

    /**
     * What making roles needs besides.
     *
     * @throws ConfigurationException naming every fault
     */
    public static DatabaseSettings forAdmin(Map<String, String> environment) throws ConfigurationException {
        return read(environment, DatabaseSettings::readForAdmin);
    }

    /**
     * What they need besides, where the documents' bytes are part of the backup.
     *
     * @throws ConfigurationException naming every fault
     */
    public static StorageSettings forStorage(Map<String, String> environment) throws ConfigurationException {
        return read(environment, StorageSettings::read);
    }

    /**
     * What looking at the stores of the backups needs.
     *
     * @throws ConfigurationException naming every fault
     */
    public static BackupSettings forRepositories(Map<String, String> environment) throws ConfigurationException {
        return read(environment, BackupSettings::read);
    }

    /**
     * What making a token needs.
     *
     * @throws ConfigurationException naming every fault
     */
    public static TokenSettings forTokens(Map<String, String> environment) throws ConfigurationException {
        return read(environment, TokenSettings::readForIssuing);
    }

    private static <T> T read(Map<String, String> environment, Function<Values, T> reader)
            throws ConfigurationException {
        Values values = new Values(environment);
        T read = reader.apply(values);
        values.requireNoFaults();
        return read;
    }
}
