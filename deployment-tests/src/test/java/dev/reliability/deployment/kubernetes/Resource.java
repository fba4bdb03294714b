package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rendered manifest. */
record Resource(Object content) {
    String kind() {
        return text("kind");
    }

    String name() {
        return text("metadata", "name");
    }

    /** Kind and name, as kubectl writes them. */
    String id() {
        return kind() + "/" + name();
    }

    @Nullable Object at(Object... path) {
        return Tree.at(content, path);
    }

    String text(Object... path) {
        return Tree.text(content, path);
    }

    int number(Object... path) {
        return Tree.number(content, path);
    }

    List<?> list(Object... path) {
        return Tree.list(content, path);
    }

    Map<?, ?> map(Object... path) {
        return Tree.map(content, path);
    }
}
