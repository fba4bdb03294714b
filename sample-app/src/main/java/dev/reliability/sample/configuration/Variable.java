package dev.reliability.sample.configuration;

import org.jspecify.annotations.Nullable;

/**
 * An environment variable.
 *
 * @param name its name
 * @param byDefault the text that counts where none is given; null if then there is no value
 * @param rule what its text must be
 * @param secret whether it may also be given as {@code NAME_FILE}, and is never printed
 * @param meaning one line for the documentation
 */
record Variable<T>(String name, @Nullable String byDefault, Rule<T> rule, boolean secret, String meaning) {
    /** The name of the variable that names the file with this one's value. */
    String fileName() {
        return name + "_FILE";
    }
}
