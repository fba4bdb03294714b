package dev.reliability.backup.postgresql;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a dump names and needs to be on the server, where no manifest says it. Immutable.
 *
 * @param byUse the names, without those of roles that the dump makes itself
 */
public record DumpNames(Map<Use, Set<String>> byUse) {
    /** Nothing, as of a dump whose manifest says it. */
    public static final DumpNames NONE = new DumpNames(Map.of());

    /** What it is named for. */
    public enum Use {
        /** A role that gets something of its own: whoever loads the dump must be able to act for it. */
        OWNER,
        /** A role that is given privileges, or that they are taken from. */
        GRANTEE,
        /** A role that a policy or a user mapping is for. */
        SUBJECT,
        /** A role that the session becomes. */
        SESSION,
        /** An extension. */
        EXTENSION
    }

    public DumpNames {
        Map<Use, Set<String>> copy = new TreeMap<>();
        byUse.forEach((use, names) -> copy.put(use, Collections.unmodifiableSet(new TreeSet<>(names))));
        byUse = Collections.unmodifiableMap(copy);
    }

    /** Those of this use, in the order of the alphabet. */
    public Set<String> of(Use use) {
        return byUse.getOrDefault(use, Set.of());
    }
}
