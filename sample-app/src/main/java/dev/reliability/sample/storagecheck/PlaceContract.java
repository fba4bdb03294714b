package dev.reliability.sample.storagecheck;

import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreContract;
import java.io.IOException;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactory;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;

/** The promises of a store, asked of the place that {@link StorageCheck} has put into its session. */
@ExtendWith(PlaceContract.Making.class)
@TestMethodOrder(PlaceContract.ByNumber.class)
final class PlaceContract extends ObjectStoreContract {
    /** Under which the session has the place. */
    static final String PLACE = Place.class.getName();

    private final Place place;
    /** Of this promise alone. */
    private final String corner = UUID.randomUUID().toString().substring(0, 4);

    private PlaceContract(Place place) {
        this.place = place;
    }

    @Override
    protected ObjectStore open() throws IOException {
        return place.open(corner);
    }

    @AfterEach
    void clear() {
        try {
            place.clear(corner);
        } catch (IOException triedAgainAtTheEnd) {
            // The promise is not broken by it.
            return;
        }
    }

    /** Gives each its place. */
    static final class Making implements TestInstanceFactory {
        @Override
        public Object createTestInstance(TestInstanceFactoryContext factory, ExtensionContext extension) {
            Place place = extension
                    .getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
                    .get(PLACE, Place.class);
            return new PlaceContract(Objects.requireNonNull(place));
        }
    }

    /** In the order of the promises' numbers. */
    static final class ByNumber implements MethodOrderer {
        @Override
        public void orderMethods(MethodOrdererContext context) {
            context.getMethodDescriptors().sort(Comparator.comparing(ByNumber::number, Promise.BY_NUMBER));
        }

        private static String number(MethodDescriptor method) {
            return Promise.numberOf(method.getDisplayName());
        }
    }
}
