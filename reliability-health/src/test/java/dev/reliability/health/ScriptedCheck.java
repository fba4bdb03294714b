package dev.reliability.health;

import dev.reliability.core.health.Health;
import dev.reliability.core.health.HealthCheck;
import dev.reliability.core.health.Message;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A check that does what the test says, and counts. */
final class ScriptedCheck implements HealthCheck {
    static final Message WORKS = Message.of("database.ok", "database connection works");
    static final Message FAILED = Message.of("database.failed", "database connection failed");

    private final String name;
    private final AtomicInteger runs = new AtomicInteger();
    private final Queue<AssertionError> assertionsFailed = new ConcurrentLinkedQueue<>();
    private volatile Callable<Health> script = () -> Health.healthy(WORKS);

    ScriptedCheck(String name) {
        this.name = name;
    }

    ScriptedCheck does(Callable<Health> next) {
        script = next;
        return this;
    }

    ScriptedCheck works() {
        return does(() -> Health.healthy(WORKS));
    }

    ScriptedCheck fails() {
        return does(() -> Health.unhealthy(FAILED));
    }

    int runs() {
        return runs.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Message failureMessage() {
        return FAILED;
    }

    @Override
    public Health check() throws Exception {
        runs.incrementAndGet();
        try {
            return script.call();
        } catch (AssertionError failedInTheScript) {
            assertionsFailed.add(failedInTheScript);
            throw failedInTheScript;
        }
    }

    /** The monitor takes whatever a check throws for a result: assertions in scripts are looked at here. */
    void rethrowFailedAssertions() {
        for (AssertionError failed : assertionsFailed) {
            throw failed;
        }
    }
}
