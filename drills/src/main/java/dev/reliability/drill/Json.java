package dev.reliability.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/** Answers as trees; what is no JSON has none of the fields that one looks for. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static JsonNode of(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (IOException noJson) {
            return MissingNode.getInstance();
        }
    }
}
