package dev.reliability.core.backup;

import javax.sql.DataSource;

/**
 * What an application does with a database that was restored before it goes live: a backup may have an older schema than
 * the application, or a newer one. By the live switch both methods are called for the new database while the live one
 * still serves, and what they throw leaves that as it is. In place there is no such moment: both are called right after
 * the commit, and what they throw is told with the outcome.
 *
 * <p>Called on a thread that is not the caller's, one method at a time. The sessions of the data source belong to the
 * role that restores; all of them must be closed before a method returns, four may be open at once. When the restore is
 * cancelled, the server ends them.
 */
public interface RestoreHook {
    /** An application that takes what is restored as it is. */
    RestoreHook NONE = new RestoreHook() {
        @Override
        public void check(DataSource restored) {}

        @Override
        public void prepare(DataSource restored) {}
    };

    /**
     * Looks whether the application can use the database, and changes nothing.
     *
     * @throws Exception if it can not; the message is shown as the reason
     */
    void check(DataSource restored) throws Exception;

    /**
     * Makes the database ready, such as by migrating its schema. Called after {@link #check}.
     *
     * @throws Exception if that fails; the message is shown as the reason
     */
    void prepare(DataSource restored) throws Exception;
}
