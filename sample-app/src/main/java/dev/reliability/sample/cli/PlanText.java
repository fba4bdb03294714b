package dev.reliability.sample.cli;

import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.backup.RestorePlan.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plan of a restore, for people: what it is about first, whether it can be done last. */
final class PlanText {
    private final List<String> lines = new ArrayList<>();

    private PlanText() {}

    /** A line each, those that belong to the one above them indented. */
    static List<String> of(RestorePlan plan) {
        PlanText text = new PlanText();
        text.lines.add("Restore of "
                + (plan.backupId() == null
                        ? "a file that is no backup of this repository"
                        : plan.type().wireName() + " backup " + plan.backupId() + " of " + plan.createdAt()));
        RestorePlan.Database database = plan.database();
        if (database != null) {
            text.database(database);
        }
        RestorePlan.Objects objects = plan.objects();
        if (objects != null) {
            text.objects(objects);
        }
        text.estimate(plan.estimate());
        if (!plan.accept().isEmpty()) {
            text.lines.add("It needs "
                    + plan.accept().stream().sorted().map(PlanText::option).collect(Collectors.joining(", ")));
        }
        text.lines.add(
                plan.possible()
                        ? "Nothing is known to be in its way; nothing was done"
                        : "It would be refused; nothing was done");
        plan.obstacles().forEach(obstacle -> text.lines.add("  " + obstacle));
        return text.lines;
    }

    private void database(RestorePlan.Database database) {
        if (!database.exists()) {
            lines.add("Database " + database.name() + ": is not there, and is made");
        } else {
            String kept = database.keptAs();
            lines.add("Database " + database.name() + ": " + bytes(database.bytes()) + ", "
                    + (database.mode() == Mode.SWITCH
                            ? "is replaced by a new one of that name, and kept as " + kept
                            : "is emptied and loaded in one transaction"));
        }
        lines.add("  takes " + space(database.space()) + " on its server");
        Long lost = database.transactionsLost();
        lines.add(
                lost == null
                        ? "  how many transactions since the backup are lost is not known"
                        : "  at most " + lost + " transactions since the backup are lost");
        lines.add("  " + database.sessions() + (database.sessions() == 1 ? " session is" : " sessions are")
                + " connected");
        for (RestorePlan.Sessions sessions : database.connected()) {
            lines.add("    " + sessions.count() + " of " + sessions.role()
                    + (sessions.application().isEmpty() ? "" : ", " + sessions.application())
                    + (sessions.address() == null ? "" : ", from " + sessions.address()));
        }
        database.notCarriedOver().forEach(left -> lines.add("  " + left));
    }

    private void objects(RestorePlan.Objects objects) {
        lines.add("Documents: "
                + (objects.compared()
                        ? objects.missing() + " are written, at most " + objects.differing() + " replaced, "
                                + objects.deleted() + " deleted"
                        : "at most " + objects.missing() + " are written or replaced; they were not compared"));
        lines.add("  takes at most " + space(objects.store()) + " in their store");
        lines.add("  takes at most " + space(objects.repository()) + " among the backups, for what is replaced");
    }

    private void estimate(RestorePlan.Estimate estimate) {
        Duration duration = estimate.duration();
        Long rate = estimate.bytesPerSecond();
        lines.add(
                duration == null || rate == null
                        ? "How long it takes is not known: no restore of this type is on record"
                        : String.format(
                                Locale.ROOT,
                                "Takes about %.1f s, at %s a second as in %d before",
                                duration.toMillis() / 1000.0,
                                bytes(rate),
                                estimate.restores()));
    }

    private static String option(Risk risk) {
        return risk == Risk.UNTRUSTED ? "--trust" : "--accept " + risk.wireName();
    }

    private static String space(Space space) {
        String needed = space.needed() == null ? "nobody knows how much" : bytes(space.needed());
        Long free = space.free();
        if (free == null) {
            return needed + " (whether it is there can not be asked)";
        }
        return needed + " (" + bytes(free) + (space.known() ? " are free)" : " are free, which may be too little)");
    }

    private static String bytes(@Nullable Long bytes) {
        if (bytes == null) {
            return "of a size that this role may not ask for";
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = -1;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit < 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
