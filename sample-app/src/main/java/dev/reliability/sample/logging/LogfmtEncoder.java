package dev.reliability.sample.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One line an event: {@code time=… level=… logger=… thread=… key=value … msg="…"}. Values with blanks, quotes or
 * control characters are quoted and escaped, so that nobody can forge a line. A stack trace follows in lines that begin
 * with a tab.
 */
public final class LogfmtEncoder extends EncoderBase<ILoggingEvent> {
    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        line.append("time=").append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS));
        line.append(" level=").append(event.getLevel());
        pair(line, "logger", shortName(event.getLoggerName()));
        pair(line, "thread", event.getThreadName());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                pair(line, pair.key, String.valueOf(pair.value));
            }
        }
        pair(line, "msg", event.getFormattedMessage());
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            trace(line, event.getThrowableProxy());
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static void pair(StringBuilder line, String key, @Nullable String value) {
        line.append(' ').append(key).append('=');
        String text = String.valueOf(value);
        if (isPlain(text)) {
            line.append(text);
        } else {
            line.append('"');
            text.codePoints().forEach(c -> escaped(line, c));
            line.append('"');
        }
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty()
                && text.codePoints().noneMatch(c -> c <= ' ' || c == '"' || c == '=' || c == '\\' || isUnprintable(c));
    }

    private static void escaped(StringBuilder line, int c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isUnprintable(c)) {
                    line.append(String.format("\\u%04x", c));
                } else {
                    line.appendCodePoint(c);
                }
            }
        }
    }

    private static boolean isUnprintable(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }

    private static void trace(StringBuilder line, IThrowableProxy thrown) {
        for (IThrowableProxy one = thrown; one != null; one = one.getCause()) {
            line.append('\t').append(one == thrown ? "" : "caused by ");
            String text = one.getClassName() + ": " + one.getMessage();
            text.codePoints().forEach(c -> escaped(line, c));
            line.append('\n');
            StackTraceElementProxy[] elements = one.getStackTraceElementProxyArray();
            for (int i = 0; i < elements.length - one.getCommonFrames(); i++) {
                line.append('\t');
                ThrowableProxyUtil.subjoinSTEP(line, elements[i]);
                line.append('\n');
            }
        }
    }
}
