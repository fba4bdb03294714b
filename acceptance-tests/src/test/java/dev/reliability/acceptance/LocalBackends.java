package dev.reliability.acceptance;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test the one backend that all suites share which break nothing: at the address of {@code
 * -Dacceptance.address} with {@code -Dacceptance.token}, or else started once for the run.
 */
final class LocalBackends implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Backend.class;
    }

    @Override
    public Backend resolveParameter(ParameterContext parameter, ExtensionContext context) {
        String address = System.getProperty("acceptance.address");
        if (address != null && !address.isBlank()) {
            return new Backend(URI.create(address), System.getProperty("acceptance.token", ""));
        }
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LocalBackends.class))
                .computeIfAbsent("shared", key -> LocalBackend.start(Map.of()), LocalBackend.class)
                .backend();
    }
}
