package dev.reliability.sample.configuration;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Recipients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who can read backups.
 *
 * @param recipients to whom new ones are encrypted; empty if they are not
 * @param identities what opens encrypted ones; empty where none is restored
 */
public record EncryptionSettings(Optional<Recipients> recipients, Optional<Identities> identities) {

    static EncryptionSettings read(Values values) {
        return new EncryptionSettings(recipients(values), identities(values));
    }

    private static Optional<Recipients> recipients(Values values) {
        Optional<String> text = values.find(Variables.BACKUP_ENCRYPTION_RECIPIENTS);
        if (text.isPresent() && !values.isSet(Variables.BACKUP_SIGNING_KEY)) {
            values.fault(
                    Variables.BACKUP_ENCRYPTION_RECIPIENTS,
                    "needs " + Variables.BACKUP_SIGNING_KEY.name()
                            + ": the names of encrypted contents are made of it");
        }
        try {
            return text.map(all -> Recipients.of(
                    Arrays.stream(all.split(",")).map(String::strip).toList()));
        } catch (IllegalArgumentException e) {
            values.fault(
                    Variables.BACKUP_ENCRYPTION_RECIPIENTS,
                    "is wrong: " + Values.printable(String.valueOf(e.getMessage()), 400));
            return Optional.empty();
        }
    }

    private static Optional<Identities> identities(Values values) {
        Optional<Path> file = values.find(Variables.BACKUP_ENCRYPTION_IDENTITY_FILE);
        try {
            return file.isEmpty() ? Optional.empty() : Optional.of(Identities.read(file.get()));
        } catch (IllegalArgumentException | IOException e) {
            values.fault(
                    Variables.BACKUP_ENCRYPTION_IDENTITY_FILE,
                    "can not be used: " + Values.printable(String.valueOf(e.getMessage()), 400));
            return Optional.empty();
        }
    }
}
