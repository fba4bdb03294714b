package dev.reliability.core.backup;

import java.util.Arrays;
import java.util.Optional;

/** How far a verification goes; each level proves more than the one before it. */
public enum VerifyLevel {
    /** Every stored byte is read again and compared with what was written down when the backup was made. */
    STORED_BYTES(1),

    /**
     * That, and the backup is restored: its database into a server that is started for that alone and removed again, where
     * every row is compared with what was backed up; its objects are opened, if they are encrypted, and compared. Nothing
     * that is live is touched.
     */
    TEST_RESTORE(2);

    private final int number;

    VerifyLevel(int number) {
        this.number = number;
    }

    /** Its number in requests and records, from 1. */
    public int number() {
        return number;
    }

    /** The level of this number, as it stands in a request; empty if there is none. */
    public static Optional<VerifyLevel> of(String number) {
        return Arrays.stream(values())
                .filter(level -> Integer.toString(level.number).equals(number))
                .findFirst();
    }
}
