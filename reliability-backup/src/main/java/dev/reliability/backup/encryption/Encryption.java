package dev.reliability.backup.encryption;

import org.jspecify.annotations.Nullable;

/**
 * To whom new backups are encrypted, and what opens those that are.
 *
 * @param writing of all that is stored from now on
 * @param identities open what is read; null where there are none
 */
public record Encryption(Keyset writing, @Nullable Identities identities) {
    /** Nothing is encrypted, and nothing that is can be opened. */
    public static final Encryption NONE = new Encryption(Keyset.plain(), null);
}
