package dev.reliability.backup.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one of the repository's documents, strictly: each field is asked for by its type, and {@link #end} refuses
 * those that nobody asked for. Not safe for use by several threads.
 */
public final class JsonObject {
    private final String path;
    private final Map<String, @Nullable Object> fields;

    private JsonObject(String path, Map<String, @Nullable Object> fields) {
        this.path = path;
        this.fields = fields;
    }

    /**
     * Reads a document that is one object.
     *
     * @throws JsonFault if it is not
     */
    public static JsonObject parse(byte[] document) throws JsonFault {
        // Through a reader: given bytes, Jackson would guess at other encodings than UTF-8.
        try (JsonParser in = Json.FACTORY.createParser(
                new InputStreamReader(new ByteArrayInputStream(document), StandardCharsets.UTF_8))) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonFault("it is not a JSON object", null);
            }
            JsonObject object = readObject(in, "");
            if (in.nextToken() != null) {
                throw new JsonFault("something follows the JSON object", null);
            }
            return object;
        } catch (JsonProcessingException e) {
            throw new JsonFault("it is not JSON: " + e.getOriginalMessage(), e);
        } catch (JsonFault e) {
            throw e;
        } catch (IOException e) {
            throw new JsonFault("it can not be read: " + e.getMessage(), e);
        }
    }

    private static JsonObject readObject(JsonParser in, String path) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            fields.put(name, readValue(in, path + name));
        }
        return new JsonObject(path, fields);
    }

    private static @Nullable Object readValue(JsonParser in, String path) throws IOException {
        JsonToken token = in.currentToken();
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT -> in.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_OBJECT -> readObject(in, path + ".");
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    values.add(readValue(in, path + "[" + values.size() + "]"));
                }
                yield values;
            }
            default -> throw new JsonFault("\"" + path + "\" is neither text, whole number, list nor object", null);
        };
    }

    /** Whether this field is there, as a value or null. */
    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** A text. */
    public String text(String name) throws JsonFault {
        return required(name, String.class, "a text");
    }

    /** A text or null. */
    public @Nullable String textOrNull(String name) throws JsonFault {
        return isNull(name) ? null : text(name);
    }

    /** A whole number. */
    public long number(String name) throws JsonFault {
        return required(name, Long.class, "a whole number");
    }

    /** A whole number that is not negative. */
    public long count(String name) throws JsonFault {
        long value = number(name);
        if (value < 0) {
            throw fault(name, "is negative: " + value);
        }
        return value;
    }

    /** True or false. */
    public boolean flag(String name) throws JsonFault {
        return required(name, Boolean.class, "true or false");
    }

    /** True or false; false in documents that are older than the field. */
    public boolean flagOrFalse(String name) throws JsonFault {
        return fields.containsKey(name) && flag(name);
    }

    /** A moment, as in {@code 2026-01-03T14:00:00Z}. */
    public Instant instant(String name) throws JsonFault {
        String text = text(name);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new JsonFault(describe(name) + " is not a moment in UTC: " + text, e);
        }
    }

    /** A moment or null. */
    public @Nullable Instant instantOrNull(String name) throws JsonFault {
        return isNull(name) ? null : instant(name);
    }

    /** An object. */
    public JsonObject object(String name) throws JsonFault {
        return required(name, JsonObject.class, "an object");
    }

    /** An object or null. */
    public @Nullable JsonObject objectOrNull(String name) throws JsonFault {
        return isNull(name) ? null : object(name);
    }

    /** A list of texts. */
    public List<String> texts(String name) throws JsonFault {
        return list(name, String.class, "texts");
    }

    /** A list of objects. */
    public List<JsonObject> objects(String name) throws JsonFault {
        return list(name, JsonObject.class, "objects");
    }

    /** The fields that nobody asked for yet, each a text, which counts as asking. */
    public Map<String, String> remainingTexts() throws JsonFault {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : List.copyOf(fields.keySet())) {
            texts.put(name, text(name));
        }
        return texts;
    }

    /** Refuses what nobody asked for. */
    public void end() throws JsonFault {
        if (!fields.isEmpty()) {
            throw fault(fields.keySet().iterator().next(), "is not a field that this version knows");
        }
    }

    /** A fault in this field. */
    public JsonFault fault(String name, String what) {
        return new JsonFault(describe(name) + " " + what, null);
    }

    private boolean isNull(String name) throws JsonFault {
        if (!fields.containsKey(name)) {
            throw fault(name, "is missing");
        }
        if (fields.get(name) != null) {
            return false;
        }
        fields.remove(name);
        return true;
    }

    private <T> T required(String name, Class<T> type, String what) throws JsonFault {
        if (!fields.containsKey(name)) {
            throw fault(name, "is missing");
        }
        Object value = fields.remove(name);
        if (!type.isInstance(value)) {
            throw fault(name, "is not " + what);
        }
        return type.cast(value);
    }

    private <T> List<T> list(String name, Class<T> type, String what) throws JsonFault {
        List<T> values = new ArrayList<>();
        for (Object value : required(name, List.class, "a list")) {
            if (!type.isInstance(value)) {
                throw fault(name, "is not a list of " + what);
            }
            values.add(type.cast(value));
        }
        return values;
    }

    private String describe(String name) {
        return "\"" + path + name + "\"";
    }
}
