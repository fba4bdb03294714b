package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a value against a schema in the dialect of Kubernetes' OpenAPI and of its custom resources. */
final class SchemaCheck {
    private static final Pattern QUANTITY =
            Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([KMGTPE]i|[numkMGTPE]|[eE][0-9]+)?");

    private final Map<String, Object> definitions;
    private final List<String> complaints;

    SchemaCheck(Map<String, Object> definitions, List<String> complaints) {
        this.definitions = definitions;
        this.complaints = complaints;
    }

    void check(String path, @Nullable Object value, Object schema) {
        String reference = Tree.text(schema, "$ref");
        if (!reference.isEmpty()) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            if (name.endsWith(".Quantity")) {
                expect(path, value, isQuantity(value), "a quantity");
            } else {
                check(path, value, Tree.map(Objects.requireNonNull(definitions.get(name), name)));
            }
            return;
        }
        if (Boolean.TRUE.equals(Tree.at(schema, "x-kubernetes-int-or-string"))
                || Tree.text(schema, "format").equals("int-or-string")) {
            expect(path, value, value instanceof Integer || value instanceof String, "a whole number or a text");
            return;
        }
        switch (Tree.text(schema, "type")) {
            case "object" -> checkObject(path, value, schema);
            case "array" -> checkList(path, value, schema);
            case "string" -> checkText(path, value, schema);
            case "integer" -> checkWhole(path, value, schema);
            case "number" -> expect(path, value, value instanceof Number, "a number");
            case "boolean" -> expect(path, value, value instanceof Boolean, "true or false");
            default -> {} // any value
        }
    }

    private void checkObject(String path, @Nullable Object value, Object schema) {
        if (!(value instanceof Map<?, ?> map)) {
            expect(path, value, false, "a map");
            return;
        }
        Map<?, ?> properties = Tree.map(schema, "properties");
        Object others = Tree.at(schema, "additionalProperties");
        boolean free = Boolean.TRUE.equals(Tree.at(schema, "x-kubernetes-preserve-unknown-fields"))
                || (properties.isEmpty() && others == null);
        map.forEach((key, child) -> {
            String at = path + "." + key;
            Object property = properties.get(key);
            if (property != null) {
                check(at, child, property);
            } else if (others instanceof Map<?, ?>) {
                check(at, child, others);
            } else if (!free && !Boolean.TRUE.equals(others)) {
                complaints.add(at + ": unknown field");
            }
        });
        for (Object required : Tree.list(schema, "required")) {
            if (map.get(required) == null) {
                complaints.add(path + "." + required + ": required");
            }
        }
    }

    private void checkList(String path, @Nullable Object value, Object schema) {
        if (!(value instanceof List<?> list)) {
            expect(path, value, false, "a list");
            return;
        }
        within(path, list.size(), schema, "minItems", "maxItems");
        for (int i = 0; i < list.size(); i++) {
            check(path + "[" + i + "]", list.get(i), Tree.map(schema, "items"));
        }
    }

    private void checkText(String path, @Nullable Object value, Object schema) {
        if (!(value instanceof String text)) {
            expect(path, value, false, "a text");
            return;
        }
        within(path, text.length(), schema, "minLength", "maxLength");
        String pattern = Tree.text(schema, "pattern");
        expect(
                path,
                value,
                pattern.isEmpty() || Pattern.compile(pattern).matcher(text).find(),
                pattern);
        List<?> allowed = Tree.list(schema, "enum");
        expect(path, value, allowed.isEmpty() || allowed.contains(text), "one of " + allowed);
    }

    private void checkWhole(String path, @Nullable Object value, Object schema) {
        if (!(value instanceof Integer number)) {
            expect(
                    path,
                    value,
                    value instanceof Long && !Tree.text(schema, "format").equals("int32"),
                    "a whole number");
            return;
        }
        within(path, number, schema, "minimum", "maximum");
    }

    private void within(String path, int measured, Object schema, String least, String most) {
        if (Tree.at(schema, least) instanceof Integer minimum && measured < minimum) {
            complaints.add(path + ": " + measured + " is under " + minimum);
        }
        if (Tree.at(schema, most) instanceof Integer maximum && measured > maximum) {
            complaints.add(path + ": " + measured + " is over " + maximum);
        }
    }

    private static boolean isQuantity(@Nullable Object value) {
        return value instanceof Integer
                || (value instanceof String text && QUANTITY.matcher(text).matches());
    }

    private void expect(String path, @Nullable Object value, boolean met, String what) {
        if (!met) {
            complaints.add(path + ": must be " + what + ", is " + value);
        }
    }
}
