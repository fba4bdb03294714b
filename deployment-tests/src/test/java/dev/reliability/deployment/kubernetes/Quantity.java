package dev.reliability.deployment.kubernetes;

import java.util.Map;

/** Kubernetes' numbers, such as 500m and 1Gi. */
final class Quantity {
    private static final Map<String, Double> UNITS = Map.of(
            "", 1.0, "m", 0.001, "Ki", 1024.0, "Mi", 1048576.0, "Gi", 1073741824.0, "k", 1e3, "M", 1e6, "G", 1e9);

    private Quantity() {}

    static double of(String text) {
        String unit = text.replaceFirst("^[0-9.]+", "");
        Double factor = UNITS.get(unit);
        if (factor == null || unit.length() == text.length()) {
            throw new IllegalArgumentException("no quantity: '" + text + "'");
        }
        return Double.parseDouble(text.substring(0, text.length() - unit.length())) * factor;
    }
}
