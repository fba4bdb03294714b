package dev.reliability.backup.faults;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.faults.BackupProcess.Death.Moment;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.ForkedJvm;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * A process of its own that restores a backup of a site, with its database read only meanwhile, and stops at each change
 * of the repository. For one thread.
 */
final class SteppedRestore implements AutoCloseable {
    private static final String JOURNAL = ".repository/journal/";

    private final ForkedJvm process;
    private int writes;
    private boolean running;

    private SteppedRestore(ForkedJvm process) {
        this.process = process;
    }

    static SteppedRestore start(BackupSite site, String backup, Mode mode) throws IOException {
        return new SteppedRestore(
                ForkedJvm.start(SteppedRestore.class, "C.UTF-8", SiteArguments.append(site, mode.name(), backup)));
    }

    /**
     * Where it has stopped.
     *
     * @param step the number of this write of its journal, from 1; 0 if it changes anything else
     */
    record Stop(Moment moment, int step) {}

    /** Where it stops next, once it was told to go on; empty at its end. */
    Optional<Stop> next() throws IOException, InterruptedException {
        for (String line = process.readLine(); line != null; line = process.readLine()) {
            if (line.startsWith(SteppingStore.STOPS)) {
                String[] words = line.split(" ");
                Moment moment = Moment.valueOf(words[1]);
                boolean step = words[2].equals(SteppingStore.WRITING) && words[3].startsWith(JOURNAL);
                if (step && moment == Moment.BEFORE) {
                    writes++;
                }
                return Optional.of(new Stop(moment, step ? writes : 0));
            }
        }
        process.awaitEnd();
        return Optional.empty();
    }

    /** To its next change. */
    void goOn() throws IOException {
        process.say(SteppingStore.GO_ON);
    }

    /** Without any more stops. */
    void run() throws IOException {
        if (!running) {
            running = true;
            process.say(SteppingStore.RUN);
        }
    }

    void awaitEnd() throws IOException, InterruptedException {
        BackupProcess.awaitEnd(process, line -> {});
    }

    ForkedJvm process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }

    public static void main(String[] arguments) throws IOException {
        SiteArguments site = SiteArguments.behind(2, arguments);
        RestoreOptions how = new RestoreOptions(Mode.valueOf(arguments[0]), true, false, Set.of());
        try (BackupManager manager = site.manager(new SteppingStore(site.store()))) {
            OperationStatus begun = manager.restore(arguments[1], how, BackupSite.DRILL);
            OperationStatus ended = manager.await(begun.id());
            System.out.println(ended.status() + " " + ended.message());
        }
    }
}
