package dev.reliability.sample.architecture.trespass.left;

import dev.reliability.sample.architecture.trespass.right.Right;

/** Uses a room that uses this one. */
public final class Left {
    public Right right() {
        return new Right();
    }
}
