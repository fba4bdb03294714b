package dev.reliability.health;

import dev.reliability.core.health.ComponentHealth;
import dev.reliability.core.health.Health;
import dev.reliability.core.health.Message;
import dev.reliability.core.time.TimeSource;

/** A component that the monitor itself turns over, once. */
final class Switch implements Component {
    private final String name;
    private final Health after;
    private final TimeSource time;
    private volatile ComponentHealth current;
    private boolean turned;

    Switch(String name, Health before, Health after, TimeSource time) {
        this.name = name;
        this.after = after;
        this.time = time;
        this.current = new ComponentHealth(name, before, time.now());
    }

    /** Whether the service has started: every check ran once. */
    static Switch started(TimeSource time) {
        return new Switch(
                "started",
                Health.unhealthy(Message.of("started.no", "starting")),
                Health.healthy(Message.of("started.yes", "started")),
                time);
    }

    /** Whether the service still takes requests. */
    static Switch draining(TimeSource time) {
        return new Switch(
                "draining",
                Health.healthy(Message.of("draining.no", "taking requests")),
                Health.unhealthy(Message.of("draining.yes", "stopping, no new requests")),
                time);
    }

    /**
     * Turns it over.
     *
     * @return whether it was this call that did
     */
    synchronized boolean turn() {
        if (turned) {
            return false;
        }
        turned = true;
        current = new ComponentHealth(name, after, time.now());
        return true;
    }

    @Override
    public ComponentHealth look() {
        return current;
    }

    @Override
    public boolean critical() {
        return true;
    }
}
