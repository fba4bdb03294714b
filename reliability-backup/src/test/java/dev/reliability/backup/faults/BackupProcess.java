package dev.reliability.backup.faults;

import dev.reliability.backup.BackupManager;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.ForkedJvm;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process of its own that makes one backup of a site, or undoes a restore, and says when it begins and how it ended. */
final class BackupProcess {
    private static final String BEGINS = "begins";

    private BackupProcess() {}

    /** When it dies by itself: at a call that changes its store, if at all. */
    record Death(Moment moment, int call) {
        enum Moment {
            BEFORE,
            AFTER
        }

        static final Death NONE = new Death(Moment.BEFORE, 0);
    }

    /** Starts it, under another program such as strace if that is not empty. */
    static ForkedJvm start(BackupSite site, BackupType type, Death death, List<String> under) throws IOException {
        return start(site, type.name(), death, under);
    }

    /** Starts one that undoes an operation. */
    static ForkedJvm startUndo(BackupSite site, String operation, Death death) throws IOException {
        return start(site, operation, death, List.of());
    }

    private static ForkedJvm start(BackupSite site, String what, Death death, List<String> under) throws IOException {
        return ForkedJvm.start(
                under,
                BackupProcess.class,
                "C.UTF-8",
                SiteArguments.append(site, what, death.moment().name(), Integer.toString(death.call())));
    }

    /** Waits until it begins; what it says before, such as warnings, is passed over. */
    static void awaitBeginning(ForkedJvm process) throws IOException {
        for (String line = process.readLine(); !BEGINS.equals(line); line = process.readLine()) {
            if (line == null) {
                throw new AssertionError("the process ended before it began");
            }
        }
    }

    /** Hands over the rest of what it says, until it is dead. */
    static void awaitEnd(ForkedJvm process, Consumer<String> lines) throws IOException, InterruptedException {
        for (@Nullable String line = process.readLine(); line != null; line = process.readLine()) {
            lines.accept(line);
        }
        process.awaitEnd();
    }

    public static void main(String[] arguments) throws IOException {
        Death death = new Death(Death.Moment.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
        SiteArguments site = SiteArguments.behind(3, arguments);
        try (MortalStore store = new MortalStore(site.store(), death)) {
            OperationStatus ended;
            try (BackupManager manager = site.manager(store)) {
                System.out.println(BEGINS);
                OperationStatus begun = arguments[0].startsWith("op_")
                        ? manager.undo(arguments[0], BackupSite.DRILL)
                        : manager.create(BackupType.valueOf(arguments[0]), BackupSite.DRILL);
                ended = manager.await(begun.id());
            }
            System.out.println(ended.status() + " " + ended.message());
            System.out.println("calls " + store.calls());
        }
    }
}
