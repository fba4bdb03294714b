package dev.reliability.sample.storagecheck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreContract;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherExecutionRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Asks a store for every promise of {@code ObjectStoreContract}, in a place of its own that is removed afterwards,
 * whatever happened. The promises are the very tests that our own stores pass in the build. For one use; {@link
 * #cancel()} from any thread.
 */
public final class StorageCheck {
    private static final LauncherConfig NOTHING_FROM_OUTSIDE = LauncherConfig.builder()
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();

    private static final TestTag UNUSUAL_KEYS = TestTag.create(ObjectStoreContract.UNUSUAL_KEYS);

    private final Place place;
    private final CancellationToken cancellation = CancellationToken.create();

    /** @param place where it writes */
    public StorageCheck(Place place) {
        this.place = place;
    }

    /**
     * Runs to the end, also past broken promises.
     *
     * @param each told of each promise when its test is over
     * @return whether all were asked for, and those that are needed kept
     * @throws IOException the store can not be used at all, or what was written could not be removed
     */
    public boolean run(Consumer<Promise> each) throws IOException {
        try {
            requireUse();
            Telling telling = new Telling(each);
            try (LauncherSession session = LauncherFactory.openSession(NOTHING_FROM_OUTSIDE)) {
                session.getStore().put(Namespace.GLOBAL, PlaceContract.PLACE, place);
                LauncherExecutionRequest request = LauncherExecutionRequestBuilder.request(
                                LauncherDiscoveryRequestBuilder.request()
                                        .selectors(selectClass(PlaceContract.class))
                                        .build())
                        .listeners(telling)
                        .cancellationToken(cancellation)
                        .build();
                session.getLauncher().execute(request);
            }
            return telling.passed() && !cancellation.isCancellationRequested();
        } finally {
            place.remove();
        }
    }

    /** Begins no further promise. */
    public void cancel() {
        cancellation.cancel();
    }

    /** One sentence for a store that is out of reach, in place of as many failures as there are promises. */
    private void requireUse() throws IOException {
        ObjectStore store = place.open("use");
        try (Stream<ObjectInfo> none = store.list("")) {
            long unused = none.count();
        } finally {
            if (store instanceof AutoCloseable closeable) {
                close(closeable);
            }
        }
    }

    private static void close(AutoCloseable store) throws IOException {
        try {
            store.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Makes one answer of the tests of each promise, of which some have one for each of several seeds. */
    private static final class Telling implements TestExecutionListener {
        private final Consumer<Promise> each;
        private final Map<String, Throwable> failures = new HashMap<>();
        private boolean asked;
        private boolean harmed;

        Telling(Consumer<Promise> each) {
            this.each = each;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Optional<Throwable> failure = result.getThrowable();
            if (!Promise.isTitle(test.getDisplayName())) {
                failure.ifPresent(found -> failures.put(test.getParentId().orElse(""), found));
                return;
            }
            Promise promise = Promise.of(
                    test.getDisplayName(),
                    failure.or(() -> Optional.ofNullable(failures.get(test.getUniqueId()))),
                    !test.getTags().contains(UNUSUAL_KEYS));
            asked = true;
            harmed |= !promise.harmless();
            each.accept(promise);
        }

        /** None at all would mean that the suite did not run. */
        boolean passed() {
            return asked && !harmed;
        }
    }
}
