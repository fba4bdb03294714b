package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arrows that docs/kubernetes.md shows: in a table of all, and in a picture of the base. */
final class DocumentedArrows {
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| ([^|]+) \\| ([^|]+) \\| ([0-9/A-Z, ]+) \\| (all|all but|with)( `([a-z-]+)`)? \\|$");
    private static final Pattern END = Pattern.compile("([a-z0-9-]+)(?:\\[\"?([^\\]\"]+)\"?\\])?");
    private static final Pattern LINE = Pattern.compile("(?m)^ +" + END + " -->\\|([0-9/A-Z, ]+)\\| " + END + "$");

    private DocumentedArrows() {}

    /** Of the table, those of a variant. */
    static Set<Arrow> table(Variant variant) {
        Set<Arrow> arrows = new TreeSet<>();
        Matcher row = ROW.matcher(Project.text("docs/kubernetes.md"));
        while (row.find()) {
            boolean has = variant.components().contains(String.valueOf(row.group(6)));
            boolean shown = switch (row.group(4)) {
                case "with" -> has;
                case "all but" -> !has;
                default -> true;
            };
            if (shown) {
                add(arrows, row.group(1), row.group(2), row.group(3));
            }
        }
        return arrows;
    }

    static Set<Arrow> picture() {
        Set<Arrow> arrows = new TreeSet<>();
        Matcher line = LINE.matcher(Project.text("docs/kubernetes.md"));
        while (line.find()) {
            add(arrows, end(line, 1), end(line, 4), line.group(3));
        }
        return arrows;
    }

    private static String end(Matcher line, int group) {
        return line.group(group + 1) == null ? line.group(group) : line.group(group + 1);
    }

    private static void add(Set<Arrow> arrows, String from, String to, String ports) {
        for (String source : from.replace("`", "").split(", ")) {
            for (String target : to.replace("`", "").split(", ")) {
                for (String port : ports.split(", ")) {
                    arrows.add(new Arrow(source, target, port));
                }
            }
        }
    }
}
