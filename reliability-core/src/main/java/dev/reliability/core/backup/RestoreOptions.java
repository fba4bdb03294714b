package dev.reliability.core.backup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How to restore.
 *
 * @param mode how the database is replaced; null for the service's default
 * @param readOnly whether the live database takes no new transactions' writes from the start of the restore on
 * @param mirror whether objects that the backup does not name are deleted; else they stay
 * @param accept what the caller has been told and accepts
 */
public record RestoreOptions(@Nullable Mode mode, boolean readOnly, boolean mirror, Set<Risk> accept) {
    public RestoreOptions {
        accept = Set.copyOf(Objects.requireNonNull(accept, "accept"));
    }

    /** The service's mode, everything else off. */
    public static RestoreOptions defaults() {
        return new RestoreOptions(null, false, false, Set.of());
    }

    /** How the database is replaced. */
    public enum Mode {
        /** Load into a new database, check it, swap the names; the old one is kept. */
        SWITCH,
        /** Drop and load in one transaction, for roles that may not create databases. */
        IN_PLACE;

        /** The name in JSON, in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The mode of this {@link #wireName()}; empty if there is none. */
        public static Optional<Mode> of(String wireName) {
            return Arrays.stream(values())
                    .filter(mode -> mode.wireName().equals(wireName))
                    .findFirst();
        }
    }

    /** What a restore is refused for unless it is accepted by name. */
    public enum Risk {
        /** The backup is incomplete. */
        INCOMPLETE,
        /** Settings of the database that this role can not carry over. */
        SETTINGS,
        /** The file has no signature of ours: its SQL runs with the rights of this role. */
        UNTRUSTED;

        /** The name in JSON, in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The risk of this {@link #wireName()}; empty if there is none. */
        public static Optional<Risk> of(String wireName) {
            return Arrays.stream(values())
                    .filter(risk -> risk.wireName().equals(wireName))
                    .findFirst();
        }
    }
}
