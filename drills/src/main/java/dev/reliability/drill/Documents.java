package dev.reliability.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The documents that were acknowledged so far. Safe for use by any thread. */
final class Documents {
    private final boolean readNewOnes;
    private final List<Document> all = new ArrayList<>();
    private int prepared;

    /** @param readNewOnes whether those may be chosen for reading that were made after the preparation */
    Documents(boolean readNewOnes) {
        this.readNewOnes = readNewOnes;
    }

    synchronized void add(Document document) {
        all.add(document);
    }

    /** What is there now was prepared. */
    synchronized void endPreparation() {
        if (all.isEmpty()) {
            throw new IllegalStateException("no document was prepared, so there is nothing to read");
        }
        prepared = all.size();
    }

    synchronized Document any(RandomGenerator random) {
        return all.get(random.nextInt(readNewOnes ? all.size() : prepared));
    }

    synchronized List<Document> all() {
        return List.copyOf(all);
    }
}
