package dev.reliability.sample.configuration;

import java.util.List;

/** The environment can not be used. Every fault is named at once; no secret is. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    /** @param faults one sentence each, beginning with the variable's name */
    public ConfigurationException(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** One sentence each, beginning with the variable's name. */
    public List<String> faults() {
        return faults;
    }
}
