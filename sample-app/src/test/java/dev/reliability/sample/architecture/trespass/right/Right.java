package dev.reliability.sample.architecture.trespass.right;

import dev.reliability.sample.architecture.trespass.left.Left;
import org.slf4j.LoggerFactory;

/** Does what no class of the house may do; the rules are tried on it. */
public final class Right {
    public Left left() {
        return new Left();
    }

    public long print() {
        System.out.println(LoggerFactory.getLogger("right"));
        return System.nanoTime();
    }
}
