package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.backup.faults.BackupProcess.Death.Moment;
import dev.reliability.backup.faults.SteppedRestore.Stop;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever takes part in a restore is killed with -9, the server too: before and after each step of the restore, the process
 * also before and after each other change of the repository, and all at random moments; what is promised then is said in
 * {@link RestoredSite#survived}. A sample of these by default; all changes with {@code -Dcrash.calls=all}, more moments with
 * {@code -Drestore.kills=100}, others with {@code -Dcrash.seed}.
 */
class KilledRestoresTest {
    private static final boolean ALL = System.getProperty("crash.calls", "").equals("all");
    private static final int SAMPLE = 4;
    private static final int KILLS = Integer.getInteger("restore.kills", 6);
    private static final long SEED = Long.getLong("crash.seed", 20260103);

    /** Longer than from one stop to the next, so that what begins at it is hit anywhere. */
    private static final int LATEST_MICROS = 200_000;

    private static PrivatePostgres server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = PrivatePostgres.create();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /**
     * Where somebody is killed.
     *
     * @param nth of all stops
     */
    private record Blow(Victim victim, Stop stop, int nth, String name) {
        /** The number of changes that are no steps may differ a little from one restore to another. */
        boolean fallsAt(Stop reached, int number) {
            return stop.step() > 0 ? reached.equals(stop) : number == nth;
        }

        /** Whether the server is started again at once, or when the restore has ended. */
        boolean revivesAtOnce() {
            return stop.moment() == Moment.AFTER;
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void killedAtAnyStepOrMoment_itIsTheOldContentOrTheNew_andNothingIsLeft(Mode mode) throws Exception {
        RestoredSite site = new RestoredSite(server, folder, mode);
        List<Blow> all = blows(site);
        List<Blow> blows = new ArrayList<>(all);
        Random random = new Random(SEED + mode.ordinal());
        if (!ALL) {
            blows.removeIf(blow -> blow.stop().step() == 0);
            Collections.shuffle(blows, random);
            blows.subList(SAMPLE, blows.size()).clear();
        }
        int finished = 0;
        for (Blow blow : blows) {
            try (SteppedRestore restore = site.begin()) {
                assertThat(goTo(restore, blow)).as(blow.name()).isTrue();
                strike(restore, blow.victim(), blow.revivesAtOnce());
            }
            finished += site.survived(blow.name()) ? 1 : 0;
        }
        int kills = (KILLS + 1 - mode.ordinal()) / 2;
        for (int i = 0; i < kills; i++) {
            Victim victim = Victim.values()[i % Victim.values().length];
            Blow near = all.get(random.nextInt(all.size()));
            int micros = random.nextInt(LATEST_MICROS);
            try (SteppedRestore restore = site.begin()) {
                strikeNear(restore, victim, near, micros);
            }
            String what = "seed " + SEED + ", kill " + i + ", " + victim + " " + micros + " us after " + near.name();
            finished += site.survived(what) ? 1 : 0;
        }
        System.out.printf(
                "%s: killed at %d of %d stops and %d random moments, %d times it was finished%n",
                mode, blows.size(), all.size(), kills, finished);
    }

    private static void strikeNear(SteppedRestore restore, Victim victim, Blow near, int micros) throws Exception {
        boolean unused = goTo(restore, near);
        restore.run();
        ForkedJvm process = restore.process();
        if (victim == Victim.PSQL) {
            // It is there for a part of the time only, and from some stops on not any more.
            await().pollInterval(Duration.ofMillis(2)).until(() -> victim.isThere(process) || !process.isAlive());
        }
        boolean ended = process.endsWithin(micros);
        if (!ended) {
            strike(restore, victim, near.revivesAtOnce());
        }
    }

    /** The process at every stop of an unharmed restore; the others at each step at which they take part. */
    private static List<Blow> blows(RestoredSite site) throws Exception {
        List<Stop> stops = new ArrayList<>();
        List<Set<Victim>> there = new ArrayList<>();
        try (SteppedRestore restore = site.begin()) {
            for (Optional<Stop> stop = restore.next(); stop.isPresent(); stop = restore.next()) {
                stops.add(stop.get());
                Set<Victim> victims = EnumSet.of(Victim.BACKEND);
                if (stop.get().step() > 0) {
                    victims = EnumSet.allOf(Victim.class);
                    victims.removeIf(victim -> !victim.isThere(restore.process()));
                }
                there.add(victims);
                restore.goOn();
            }
        }
        List<String> steps = site.steps();
        assertThat(site.survived("unharmed")).isTrue();
        List<Blow> blows = new ArrayList<>();
        for (int i = 0; i < stops.size(); i++) {
            Stop stop = stops.get(i);
            String place =
                    stop.step() > 0 ? "step " + steps.get(stop.step() - 1) : "stop " + (i + 1) + " of " + stops.size();
            for (Victim victim : there.get(i)) {
                blows.add(new Blow(victim, stop, i + 1, victim + " killed " + stop.moment() + " " + place));
            }
        }
        return blows;
    }

    /** Whether it came there. */
    private static boolean goTo(SteppedRestore restore, Blow blow) throws Exception {
        int number = 1;
        for (Optional<Stop> stop = restore.next(); stop.isPresent(); stop = restore.next()) {
            if (blow.fallsAt(stop.get(), number++)) {
                return true;
            }
            restore.goOn();
        }
        return false;
    }

    private static void strike(SteppedRestore restore, Victim victim, boolean reviveAtOnce) throws Exception {
        ForkedJvm process = restore.process();
        victim.kill(process, server);
        if (victim == Victim.SERVER && reviveAtOnce) {
            server.start();
        }
        if (victim != Victim.BACKEND) {
            restore.run();
            restore.awaitEnd();
        }
        if (victim == Victim.SERVER && !reviveAtOnce) {
            server.start();
        }
    }
}
