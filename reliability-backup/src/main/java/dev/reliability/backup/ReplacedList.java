package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.repository.Journals;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The list of the objects that an operation replaced or deleted, as its journal names it. The list itself carries no
 * seal, so its hash stands in the journal, which does: what is put back is what was saved.
 *
 * @param artifact the list, in the form of a backup's index
 * @param objects how many it names
 */
record ReplacedList(Artifact artifact, long objects) {
    /** The step after which objects are replaced: whatever is replaced is in this list. */
    static final String SAVED = "saved";

    private static final String KEY = "list";
    private static final String BYTES = "list_bytes";
    private static final String SHA256 = "list_sha256";
    private static final String PLAIN_BYTES = "list_plain_bytes";
    private static final String COMPRESSION = "list_compression";
    private static final String KEYSET = "list_keyset";
    private static final String OBJECTS = "objects";

    /** The one that this journal names; empty if nothing can have been replaced. */
    static Optional<ReplacedList> in(List<Journals.Step> journal) {
        return journal.stream()
                .filter(step -> step.name().equals(SAVED))
                .findFirst()
                .flatMap(step -> of(step.facts()));
    }

    /** The one that a step's facts name, if they do. */
    static Optional<ReplacedList> of(Map<String, String> facts) {
        String key = facts.get(KEY);
        return key == null
                ? Optional.empty()
                : Optional.of(new ReplacedList(
                        new Artifact(
                                Artifact.OBJECTS,
                                key,
                                number(facts, BYTES),
                                facts.getOrDefault(SHA256, ""),
                                number(facts, PLAIN_BYTES),
                                Compression.of(facts.getOrDefault(COMPRESSION, ""))
                                        .orElse(Compression.GZIP),
                                facts.getOrDefault(KEYSET, "")),
                        number(facts, OBJECTS)));
    }

    private static long number(Map<String, String> facts, String name) {
        return Long.parseLong(facts.getOrDefault(name, "0"));
    }

    Map<String, String> facts() {
        return Map.of(
                KEY,
                artifact.key(),
                BYTES,
                Long.toString(artifact.bytes()),
                SHA256,
                artifact.sha256(),
                PLAIN_BYTES,
                Long.toString(artifact.plainBytes()),
                COMPRESSION,
                artifact.compression().wireName(),
                KEYSET,
                artifact.keyset(),
                OBJECTS,
                Long.toString(objects));
    }
}
