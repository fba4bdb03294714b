package dev.reliability.sample.documents;

/** Tells whether a backup or a restore is under way, in any process that shares the repository. */
@FunctionalInterface
public interface BackupActivity {

    /** Whether one is open now, or that can not be told. May block for as long as the repository takes to answer. */
    boolean isOpen();
}
