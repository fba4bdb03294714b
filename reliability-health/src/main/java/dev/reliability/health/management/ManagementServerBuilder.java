package dev.reliability.health.management;

import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Configures a {@link ManagementServer}. Not safe for use by several threads. */
public final class ManagementServerBuilder {
    private final HealthService health;
    private InetSocketAddress address = new InetSocketAddress(0);
    private HealthMessages messages = HealthMessages.of("zh-CN");
    private Endpoints.@Nullable Metrics metrics;

    ManagementServerBuilder(HealthService health) {
        this.health = health;
    }

    /**
     * Listens on this port of every address of the machine. By default it takes any free port.
     *
     * @param port 0 to 65,535; 0 is any free one
     * @throws IllegalArgumentException if it is out of range
     */
    public ManagementServerBuilder port(int port) {
        return address(new InetSocketAddress(port));
    }

    /** Listens on this address alone. */
    public ManagementServerBuilder address(InetSocketAddress listen) {
        address = Objects.requireNonNull(listen, "listen");
        return this;
    }

    /** The texts for whoever does not ask for a language; by default {@code zh-CN}. */
    public ManagementServerBuilder messages(HealthMessages texts) {
        messages = Objects.requireNonNull(texts, "texts");
        return this;
    }

    /**
     * Serves {@code /metrics}, which is not there otherwise; with Micrometer's Prometheus registry:
     * {@code metrics("text/plain; version=0.0.4; charset=utf-8", registry::scrape)}.
     *
     * @param text called on each request, on a thread of the server
     */
    public ManagementServerBuilder metrics(String contentType, Supplier<String> text) {
        metrics = new Endpoints.Metrics(
                Objects.requireNonNull(contentType, "contentType"), Objects.requireNonNull(text, "text"));
        return this;
    }

    /**
     * A server that listens already.
     *
     * @throws IOException if it can not listen there, naming the address
     */
    public ManagementServer start() throws IOException {
        return new ManagementServer(address, new Endpoints(health, messages, metrics));
    }
}
