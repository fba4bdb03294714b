package dev.reliability.sample.documents;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import dev.reliability.sample.documents.DocumentException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every call to the object store, through the circuit breaker. Safe for use by any thread. */
final class ContentStore {
    private static final Logger log = LoggerFactory.getLogger(ContentStore.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final String PREFIX = "documents/";

    private final ObjectStore store;
    private final CircuitBreaker breaker;

    ContentStore(ObjectStore store, CircuitBreaker breaker) {
        this.store = store;
        this.breaker = breaker;
    }

    /** Whether a circuit breaker counts it: the store could not be reached or could not serve. */
    static boolean isOutage(Throwable failure) {
        return failure instanceof ObjectStoreException
                && !(failure instanceof ObjectNotFoundException)
                && !(failure instanceof NoSpaceException);
    }

    /** A key that no object had and no other will have. */
    static String newKey() {
        String id = UUID.randomUUID().toString();
        return PREFIX + id.substring(0, 2) + "/" + id;
    }

    /** How many more bytes there is room for, if the store can tell. */
    OptionalLong freeBytes() {
        return call(store::freeBytes);
    }

    /** Writes an object. */
    void put(String key, String contentType, ObjectBody body) {
        call(() -> store.put(key, ObjectAttributes.ofContentType(contentType), body));
    }

    /** Opens a part of an object; the caller closes it. */
    InputStream open(String key, long offset, long length) {
        return call(() -> store.get(key, offset, length));
    }

    /** Whether the object is there. */
    boolean exists(String key) {
        return call(() -> store.head(key)).isPresent();
    }

    /** Deletes an object. */
    void delete(String key) {
        call(() -> {
            store.delete(key);
            return key;
        });
    }

    private <T extends @Nullable Object> T call(Callable<T> call) {
        try {
            return breaker.execute(call);
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Upload.BrokenOffException failure) {
            throw new DocumentException(Kind.UNREADABLE, "The body broke off before its end.", null, failure);
        } catch (ObjectNotFoundException failure) {
            throw new DocumentException(
                    Kind.CONTENT_MISSING, "The document's bytes are not in the store any more.", null, failure);
        } catch (NoSpaceException failure) {
            log.warn("{}", failure.getMessage());
            throw new DocumentException(Kind.NO_SPACE, "The object store is full.", null, failure);
        } catch (IOException failure) {
            log.warn("the object store failed: {}", failure.toString());
            throw new DocumentException(Kind.UNAVAILABLE, "The object store can not be used now.", RETRY, failure);
        } catch (Exception impossible) {
            throw new IllegalStateException("only the store is called", impossible);
        }
    }
}
