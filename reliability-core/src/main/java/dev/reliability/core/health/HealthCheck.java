package dev.reliability.core.health;

/**
 * Finds out whether one dependency works, by using it for real. Whoever runs it bounds its time and runs it at most
 * once at a time; it may block, and should end soon when its thread is interrupted.
 */
public interface HealthCheck {

    /** The component's name in reports: stable, in {@code lower_snake_case}, 1 to 64 characters. */
    String name();

    /**
     * Looks once.
     *
     * @return how the component is; never null
     * @throws Exception if it can not be told, which counts as {@link HealthStatus#UNHEALTHY}; the exception is
     *     logged, and nothing of it is shown to whoever asks for health without a token
     */
    Health check() throws Exception;

    /**
     * What is shown to everybody when {@link #check} throws or does not answer in time; by default "check failed".
     */
    default Message failureMessage() {
        return Message.of("check.failed", "check failed");
    }
}
