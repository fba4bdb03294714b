package dev.reliability.drill;

import java.util.List;
import java.util.Locale;

/**
 * A drill as a picture: above, how many requests of each second ended how; below, how long the slowest of them took; across
 * both, the marks of the script. An SVG with nothing from elsewhere, which every browser and every viewer of Markdown shows.
 */
final class Chart {
    private static final int WIDTH = 900;
    private static final int LEFT = 50;
    private static final int RIGHT = 20;
    private static final int TOP = 60;
    private static final int HEIGHT = 180;
    private static final int GAP = 40;
    private static final int BOTTOM = 40;
    private static final int LOWER = TOP + HEIGHT + GAP;
    private static final int WHOLE = LOWER + HEIGHT + BOTTOM;

    private final Recording recording;
    private final List<Seconds> seconds;
    private final StringBuilder svg = new StringBuilder();

    private Chart(Recording recording) {
        this.recording = recording;
        this.seconds = Seconds.of(recording);
    }

    static String of(Recording recording, String title) {
        Chart chart = new Chart(recording);
        chart.draw(title);
        return chart.svg.toString();
    }

    private void draw(String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
                WIDTH, WHOLE);
        add("<title>%s</title>", escaped(title));
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, WHOLE);
        legend();
        drawOutcomes();
        drawLatencies();
        drawSeconds();
        drawMarks();
        add("</svg>");
    }

    private void legend() {
        int x = LEFT;
        for (Outcome outcome : Outcome.values()) {
            add("<rect x=\"%d\" y=\"8\" width=\"10\" height=\"10\" fill=\"%s\"/>", x, colour(outcome));
            text(x + 14, 17, "start", outcome.name().toLowerCase(Locale.ROOT));
            x += 80;
        }
    }

    private void drawOutcomes() {
        int most = Math.max(1, seconds.stream().mapToInt(Seconds::count).max().orElse(1));
        axis(TOP, "requests/s", Integer.toString(most));
        double wide = Math.max(1, wide() - 1);
        for (int second = 0; second < seconds.size(); second++) {
            double y = TOP + HEIGHT;
            for (Outcome outcome : Outcome.values()) {
                double high = (double) HEIGHT * seconds.get(second).count(outcome) / most;
                y -= high;
                if (high > 0) {
                    add(
                            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                            x(second), y, wide, high, colour(outcome));
                }
            }
        }
    }

    private void drawLatencies() {
        double most = Math.max(
                0.1, seconds.stream().mapToDouble(Seconds::worstSeconds).max().orElse(0.1));
        axis(LOWER, "slowest, s", "%.1f".formatted(most));
        StringBuilder points = new StringBuilder();
        for (int second = 0; second < seconds.size(); second++) {
            double y = LOWER + HEIGHT - HEIGHT * seconds.get(second).worstSeconds() / most;
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(second) + wide() / 2, y));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#30506d\" stroke-width=\"1.5\"/>",
                points.toString().strip());
    }

    private void axis(int top, String unit, String most) {
        add("<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#888888\"/>", LEFT, top, top + HEIGHT, WIDTH - RIGHT);
        text(LEFT, top - 6, "middle", unit);
        text(LEFT - 5, top + 10, "end", most);
        text(LEFT - 5, top + HEIGHT, "end", "0");
    }

    private void drawSeconds() {
        int step = Math.max(1, (seconds.size() + 11) / 12);
        for (int second = 0; second < seconds.size(); second += step) {
            text(x(second), WHOLE - BOTTOM + 15, "middle", Integer.toString(second));
        }
        text(WIDTH - RIGHT, WHOLE - 8, "end", "seconds since the load began");
    }

    private void drawMarks() {
        int row = 0;
        for (Mark mark : recording.marks()) {
            double at = (mark.at() - recording.start()) / 1e6;
            if (at < 0 || at > seconds.size()) {
                continue;
            }
            add(
                    "<path d=\"M%.1f %d V%d\" stroke=\"#222222\" stroke-dasharray=\"3 3\"/>",
                    x(at), TOP - 24 + 11 * (row % 2), LOWER + HEIGHT);
            boolean late = at > seconds.size() * 0.7;
            text(x(at) + (late ? -3 : 3), TOP - 16 + 11 * (row % 2), late ? "end" : "start", mark.name());
            row++;
        }
    }

    private static String colour(Outcome outcome) {
        return switch (outcome) {
            case SERVED -> "#7fb069";
            case REFUSED -> "#e6aa38";
            case FAILED -> "#c0392b";
            case WRONG -> "#4b0082";
        };
    }

    private double wide() {
        return (double) (WIDTH - LEFT - RIGHT) / Math.max(1, seconds.size());
    }

    private double x(double second) {
        return LEFT + second * wide();
    }

    private void text(double x, double y, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#222222\">%s</text>", x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
