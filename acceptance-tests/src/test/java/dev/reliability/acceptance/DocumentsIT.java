package dev.reliability.acceptance;

import org.junit.jupiter.api.extension.ExtendWith;

/** On a backend with a folder for its documents. */
@ExtendWith(LocalBackends.class)
class DocumentsIT extends DocumentsContract {
    private final Backend backend;

    DocumentsIT(Backend backend) {
        this.backend = backend;
    }

    @Override
    Backend backend() {
        return backend;
    }
}
