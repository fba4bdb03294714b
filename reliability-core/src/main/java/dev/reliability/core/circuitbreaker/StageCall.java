package dev.reliability.core.circuitbreaker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call under a permit. The first result counts: the dependency's own, or one that somebody gives the
 * returned stage (cancel, orTimeout, complete).
 */
final class StageCall {
    private StageCall() {}

    static <T extends @Nullable Object> CompletableFuture<T> make(
            Permit permit, Supplier<? extends CompletionStage<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = result.whenComplete((value, failure) -> tell(permit, failure));
        try {
            call.get().whenComplete((value, failure) -> {
                // Told here too, and first: who waits for the result must find it counted.
                tell(permit, failure);
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        } catch (Throwable failure) {
            tell(permit, failure);
            result.completeExceptionally(failure);
        }
        return result;
    }

    private static void tell(Permit permit, @Nullable Throwable failure) {
        if (failure == null) {
            permit.onSuccess();
        } else {
            permit.onFailure(failure);
        }
    }
}
