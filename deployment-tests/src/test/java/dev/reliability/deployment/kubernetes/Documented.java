package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What docs/ says that there is. */
final class Documented {
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `([A-Z0-9_]+)`( \\(secret\\))? \\|");
    private static final Pattern METER =
            Pattern.compile("(?m)^\\| `(reliability\\.[a-z.]+)` \\|[^|]*\\| ([a-z]*) ?\\|");

    private Documented() {}

    /** The variables that the backend reads, also by their names as files. */
    static Set<String> variables() {
        Set<String> names = new HashSet<>();
        Matcher row = VARIABLE.matcher(Project.text("docs/configuration.md"));
        while (row.find()) {
            names.add(row.group(1));
            if (row.group(2) != null) {
                names.add(row.group(1) + "_FILE");
            }
        }
        return names;
    }

    /** Those of them whose values are secret. */
    static Set<String> secrets() {
        Set<String> all = variables();
        return all.stream().filter(name -> all.contains(name + "_FILE")).collect(Collectors.toSet());
    }

    /** The backend's own meters, as Prometheus names them. */
    static Set<String> meters() {
        Set<String> names = new HashSet<>();
        Matcher row = METER.matcher(Project.text("docs/metrics.md"));
        while (row.find()) {
            String name = row.group(1).replace('.', '_');
            String unit = row.group(2).isEmpty() || name.endsWith("_" + row.group(2)) ? "" : "_" + row.group(2);
            names.add(name + unit);
            names.add(name + unit + "_total");
        }
        return names;
    }
}
