package dev.reliability.sample.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * A terminal with a line at its end that is drawn over again and again. Whatever else is written takes its place, so all
 * that goes to the terminal has to pass through here. Safe for use by any thread.
 */
public final class StatusLine extends FilterOutputStream {
    private static final String WIPE = "\r\u001b[K";
    /** A line that is too long is cut off by the terminal: wrapped, it could not be drawn over. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private boolean shown;

    /** @param terminal where it is drawn */
    public StatusLine(OutputStream terminal) {
        super(terminal);
    }

    /** Whether stderr of this process is a terminal. Java tells it of stdin and stdout only, and those may be pipes. */
    public static boolean onStderr() {
        try {
            return new ProcessBuilder("test", "-t", "2")
                            .redirectError(Redirect.INHERIT)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Draws this text, without a line break, in place of the one before. */
    synchronized void show(String text) {
        shown = true;
        print(WIPE + NO_WRAP + text + WRAP);
    }

    /** Takes the line away. */
    synchronized void wipe() {
        if (shown) {
            shown = false;
            print(WIPE);
        }
    }

    private void print(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException terminalIsGone) {
            // Nobody misses the line, and what it told of goes on.
        }
    }

    @Override
    public synchronized void write(int b) throws IOException {
        wipe();
        out.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        wipe();
        out.write(bytes, offset, length);
    }
}
