package dev.reliability.sample.documents;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the list, newest first.
 *
 * @param count how many documents there are in all
 * @param documents this part
 * @param next where the next part begins; null after the last
 */
record DocumentPage(
        long count, List<Document> documents, @Nullable PagePosition next) {
    DocumentPage {
        documents = List.copyOf(documents);
    }
}
