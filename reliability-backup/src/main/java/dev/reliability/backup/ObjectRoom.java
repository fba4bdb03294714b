package dev.reliability.backup;

import dev.reliability.backup.objects.ObjectSurvey;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether the objects that are missing fit into the application's store, where that can be asked. */
final class ObjectRoom {
    private ObjectRoom() {}

    /** Why they do not fit; empty if they do, or nobody knows. What is replaced gives its own room back. */
    static Optional<String> lack(ObjectStore objects, ObjectSurvey survey) throws IOException {
        OptionalLong free = objects.freeBytes();
        return free.isEmpty() || free.getAsLong() >= survey.missingBytes()
                ? Optional.empty()
                : Optional.of("the object store has room for " + free.getAsLong() + " bytes, and the "
                        + survey.missing() + " objects that are missing in it take " + survey.missingBytes()
                        + ": give it a larger disk, or delete what nobody needs");
    }
}
