package dev.reliability.backup.faults;

import dev.reliability.backup.postgresql.PrivatePostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many blows, on some sites at once, since most of their time is spent waiting for a lost lease. */
final class Drill {
    static final int SITES = 4;
    /** After so many blows everything on a site is restored. */
    private static final int CHAPTER = 25;

    private final PrivatePostgres server;
    private final Path folder;
    private final boolean afresh;
    private final AtomicInteger listedNevertheless = new AtomicInteger();

    private Drill(PrivatePostgres server, Path folder, boolean afresh) {
        this.server = server;
        this.folder = folder;
        this.afresh = afresh;
    }

    /** Each blow falls on what the one before has left. */
    static Drill inARow(PrivatePostgres server, Path folder) {
        return new Drill(server, folder, false);
    }

    /** Each blow falls on the same repository, so that every backup makes the same calls. */
    static Drill afresh(PrivatePostgres server, Path folder) {
        return new Drill(server, folder, true);
    }

    /** One blow; the name says all that is needed to do it again. */
    record Round(String name, BackupSite.Blow blow) {}

    /** Every site survives its share of the rounds; how many of the backups that were hit had become whole all the same. */
    int run(List<Round> rounds) throws Exception {
        ExecutorService sites = Executors.newFixedThreadPool(SITES);
        try {
            List<Future<?>> shares = new ArrayList<>();
            for (int i = 0; i < SITES; i++) {
                int site = i;
                shares.add(sites.submit(() -> {
                    runShare(site, rounds);
                    return null;
                }));
            }
            for (Future<?> share : shares) {
                await(share);
            }
        } finally {
            sites.shutdownNow();
        }
        return listedNevertheless.get();
    }

    private void runShare(int number, List<Round> rounds) throws Exception {
        BackupSite site = BackupSite.inUse(server, folder.resolve("site-" + number));
        site.keep();
        int done = 0;
        for (int i = number; i < rounds.size(); i += SITES) {
            Round round = rounds.get(i);
            if (afresh) {
                site.beginAgain();
            }
            listedNevertheless.addAndGet(
                    site.survive(round.name(), round.blow()).size());
            if (++done % CHAPTER == 0) {
                site.restoreAndDeleteAll("after " + round.name());
            }
        }
        site.restoreAndDeleteAll("at the end");
    }

    private static void await(Future<?> share) throws Exception {
        try {
            share.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw (Exception) e.getCause();
        }
    }
}
