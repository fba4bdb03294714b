package dev.reliability.sample.documents;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of that name, as browsers and curl send it (UTF-8 as it is, {@code %22} for a quotation mark, RFC 7578)
 * and as RFC 8187 writes names that are not ASCII.
 *
 * @param parameters by their names in lower case
 */
record ContentDisposition(Map<String, String> parameters) {
    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([A-Za-z0-9!#$&+.^_`|~-]+\\*?)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]*))");
    private static final Pattern EXTENDED = Pattern.compile("([A-Za-z0-9-]+)'[A-Za-z0-9-]*'(.*)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([\"\\\\])");
    private static final String PLAIN_IN_EXTENDED = "!#$&+-.^_`|~";

    static ContentDisposition parse(@Nullable String header) {
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(header == null ? "" : header);
        while (matcher.find()) {
            String quoted = matcher.group(2);
            String value =
                    quoted == null ? matcher.group(3) : ESCAPED.matcher(quoted).replaceAll("$1");
            parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return new ContentDisposition(parameters);
    }

    /** The part's name. */
    Optional<String> name() {
        return Optional.ofNullable(parameters.get("name")).map(ContentDisposition::unescaped);
    }

    /** The file's name: {@code filename*} if it can be read, else {@code filename}. */
    Optional<String> fileName() {
        return Optional.ofNullable(parameters.get("filename*"))
                .flatMap(ContentDisposition::decoded)
                .or(() -> Optional.ofNullable(parameters.get("filename")).map(ContentDisposition::unescaped));
    }

    /** The value of this header that lets a browser save a file under its name. */
    static String attachment(String fileName) {
        String ascii = fileName.replaceAll("[^ -~]|[\"\\\\%]", "_");
        return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded(fileName);
    }

    private static String unescaped(String value) {
        return value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    }

    private static Optional<String> decoded(String extended) {
        Matcher matcher = EXTENDED.matcher(extended);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            Charset charset = Charset.forName(matcher.group(1));
            return Optional.of(charset.newDecoder()
                    .decode(ByteBuffer.wrap(percentDecoded(matcher.group(2))))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException unreadable) {
            return Optional.empty();
        }
    }

    private static byte[] percentDecoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 3 > text.length()) {
                throw new IllegalArgumentException("cut off");
            }
            if (c == '%') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || PLAIN_IN_EXTENDED.indexOf(c) >= 0);
            encoded.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
