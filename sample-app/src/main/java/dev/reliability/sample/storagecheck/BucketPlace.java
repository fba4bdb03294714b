package dev.reliability.sample.storagecheck;

import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.sample.configuration.S3Settings;
import dev.reliability.sample.configuration.StorageSettings;
import dev.reliability.sample.wiring.Stores;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A place in a bucket, below a prefix. What is to be removed is known from what was written, not from a listing: a store
 * that lists wrongly is cleaned up all the same.
 */
final class BucketPlace implements Place {
    private static final int DELETES_AT_A_TIME = 8;

    private final S3Settings settings;
    private final Map<String, Set<String>> written = new ConcurrentHashMap<>();

    BucketPlace(S3Settings store, String name) {
        String parent = store.prefix().isEmpty() ? "" : store.prefix() + "/";
        this.settings = new S3Settings(
                store.endpoint(),
                store.accessKey(),
                store.secretKey(),
                store.bucket(),
                parent + ObjectKeys.PROBES + name,
                store.region());
    }

    @Override
    public ObjectStore open(String corner) {
        return open(corner, new Stores());
    }

    private RememberingStore open(String corner, Stores stores) {
        Set<String> keys = written.computeIfAbsent(corner, name -> ConcurrentHashMap.newKeySet());
        return new RememberingStore(store("/" + corner, stores), keys, stores::close);
    }

    private ObjectStore store(String below, Stores stores) {
        return stores.documents(new StorageSettings.S3(new S3Settings(
                settings.endpoint(),
                settings.accessKey(),
                settings.secretKey(),
                settings.bucket(),
                settings.prefix() + below,
                settings.region())));
    }

    @Override
    public void clear(String corner) throws IOException {
        try (Stores stores = new Stores()) {
            deleteAll(open(corner, stores), written.getOrDefault(corner, Set.of()));
            ObjectStore around = store("", stores);
            // What a store keeps for itself is no key of its own, but one of the store around it.
            List<String> own;
            try (Stream<ObjectInfo> listed = around.list(corner + "/" + ObjectKeys.RESERVED + "/")) {
                own = listed.map(ObjectInfo::key).toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            for (String key : own) {
                around.delete(key);
            }
        }
    }

    /** Again and again while it helps: servers are busy, and some can not delete below another object. */
    private void deleteAll(ObjectStore store, Set<String> keys) throws IOException {
        while (!keys.isEmpty()) {
            int before = keys.size();
            Optional<Throwable> failure = deleteOnce(store, keys);
            if (keys.size() == before) {
                throw new IOException(
                        "objects below " + settings.prefix() + " are left: "
                                + failure.map(Throwable::getMessage).orElse(""),
                        failure.orElse(null));
            }
        }
    }

    /** What is deleted is no longer among the keys; a failure if there was one. */
    private static Optional<Throwable> deleteOnce(ObjectStore store, Set<String> keys) throws IOException {
        List<Callable<Boolean>> deletes = new ArrayList<>();
        for (String key : keys) {
            deletes.add(() -> {
                store.delete(key);
                return keys.remove(key);
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(DELETES_AT_A_TIME);
        Optional<Throwable> failure = Optional.empty();
        try {
            for (Future<Boolean> delete : threads.invokeAll(deletes)) {
                try {
                    boolean unused = delete.get();
                } catch (ExecutionException e) {
                    failure = Optional.ofNullable(e.getCause());
                }
            }
            return failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while objects were deleted");
        } finally {
            threads.shutdownNow();
        }
    }

    @Override
    public void remove() throws IOException {
        for (String corner : written.keySet()) {
            clear(corner);
        }
    }
}
