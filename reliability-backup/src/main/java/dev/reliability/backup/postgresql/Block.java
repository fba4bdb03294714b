package dev.reliability.backup.postgresql;

/** A piece of a stream that one thread hands to another, which from then on owns it. */
final class Block {
    private static final int SIZE = 128 * 1024;

    final byte[] bytes;
    /** How many of the bytes are used. */
    int length;
    /** How many of these were taken. */
    int position;

    private Block(int size) {
        bytes = new byte[size];
    }

    static Block empty() {
        return new Block(SIZE);
    }

    /** Stands for the end of the stream. */
    static Block end() {
        return new Block(0);
    }

    boolean isEnd() {
        return bytes.length == 0;
    }
}
