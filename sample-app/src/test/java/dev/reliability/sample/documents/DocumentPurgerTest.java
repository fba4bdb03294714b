package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** No row without its object, no object that nobody deletes: in the order of writes, and by what is left in the queue. */
@ExtendWith(PrivatePostgres.Shared.class)
class DocumentPurgerTest {
    private static final Duration GRACE = Duration.ofHours(24);

    @TempDir
    private Path folder;

    private PrivatePostgres server;
    private String name;
    private ObjectStore store;
    private DocumentLibrary library;
    private DocumentPurger purger;
    private boolean backupIsOpen;
    private Runnable whenLookedFor = () -> {};

    @BeforeEach
    void open(PrivatePostgres postgres) throws Exception {
        server = postgres;
        name = postgres.createDatabase();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/" + name);
        source.setUser(PrivatePostgres.ROLE);
        source.setPassword(postgres.password(PrivatePostgres.ROLE));
        Flyway.configure().dataSource(source).load().migrate();
        store = LocalObjectStore.open(folder);
        Database database = new Database(source, 5, breaker("database"), () -> {}, () -> {}, TimeSource.system());
        DeletionQueue queue = new DeletionQueue(GRACE);
        ContentStore contents = new ContentStore(store, breaker("storage"));
        library = new DocumentLibrary(database, queue, contents, 1_000, 0);
        purger = new DocumentPurger(database, queue, contents, this::isBackupOpen);
    }

    @AfterEach
    void close() {
        purger.close();
    }

    @Test
    void bytes_of_a_deleted_document_are_deleted_after_their_grace_and_not_before() throws Exception {
        library.delete(add("doomed").id());

        assertThat(purger.purge()).isZero();
        assertThat(objects()).hasSize(1);
        makeAllDue();
        assertThat(purger.purge()).isEqualTo(1);
        assertThat(objects()).isEmpty();
        assertThat(queue()).isEmpty();
    }

    @Test
    void nothing_is_deleted_while_a_backup_is_open() throws Exception {
        library.delete(add("doomed").id());
        makeAllDue();
        backupIsOpen = true;

        assertThat(purger.purge()).isZero();
        assertThat(objects()).hasSize(1);
    }

    @Test
    void what_is_deleted_after_a_backup_opened_stays_even_if_it_opened_right_after_the_purger_looked()
            throws Exception {
        library.delete(add("doomed").id());
        Document named = add("named by the backup's snapshot");
        makeAllDue();
        whenLookedFor = () -> {
            library.delete(named.id());
            server.execute(
                    PrivatePostgres.ROLE,
                    name,
                    "UPDATE object_deletions SET due_at = '-infinity' WHERE object_key = '" + named.objectKey() + "'");
            backupIsOpen = true;
        };

        assertThat(purger.purge()).isEqualTo(1);
        assertThat(objects()).containsExactly(named.objectKey());
    }

    @Test
    void a_key_that_a_row_names_again_is_only_forgotten() throws Exception {
        Document kept = add("kept");
        server.execute(
                PrivatePostgres.ROLE,
                name,
                "INSERT INTO object_deletions VALUES ('" + kept.objectKey()
                        + "', now(), 'object_deletions'::regclass)");

        assertThat(purger.purge()).isZero();
        assertThat(objects()).containsExactly(kept.objectKey());
        assertThat(queue()).isEmpty();
    }

    @Test
    void what_came_out_of_a_backup_waits_its_whole_grace_again() throws Exception {
        library.delete(add("restored").id());
        server.execute(PrivatePostgres.ROLE, name, "UPDATE object_deletions SET due_at = now(), written_in = 1");

        assertThat(purger.purge()).isZero();
        assertThat(objects()).hasSize(1);
        assertThat(server.query(
                        name, "SELECT count(*) FROM object_deletions WHERE due_at > now() + interval '23 hours'"))
                .containsExactly("1");
    }

    @Test
    void a_key_is_queued_before_its_first_byte_and_leaves_the_queue_with_its_row() {
        List<String> whileWriting = new ArrayList<>();
        InputStream watching = new ByteArrayInputStream("x".getBytes()) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                whileWriting.addAll(queue());
                return super.read(buffer, offset, length);
            }
        };

        Document added = library.create("watched", new Upload("text/plain", OptionalLong.empty(), watching));

        assertThat(whileWriting).containsOnly(added.objectKey());
        assertThat(queue()).isEmpty();
    }

    @Test
    void an_upload_that_breaks_off_leaves_nothing_but_a_key_that_is_due() throws Exception {
        InputStream broken = new InputStream() {
            private int left = 10;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left-- == 0) {
                    throw new IOException("the client is gone");
                }
                return 1;
            }
        };

        assertThatThrownBy(() -> library.create("broken", new Upload("text/plain", OptionalLong.empty(), broken)))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining("broke off");
        assertThat(objects()).isEmpty();
        assertThat(queue()).hasSize(1);
        purger.purge();
        assertThat(queue()).isEmpty();
    }

    @Test
    void the_object_of_a_row_that_could_not_be_inserted_is_deleted() throws Exception {
        server.execute(PrivatePostgres.ROLE, name, "ALTER TABLE documents ADD CHECK (name <> 'refused')");

        assertThatThrownBy(() -> add("refused")).isInstanceOf(IllegalStateException.class);
        assertThat(objects()).hasSize(1);
        assertThat(purger.purge()).isEqualTo(1);
        assertThat(objects()).isEmpty();
    }

    @Test
    void an_upload_whose_key_was_given_up_meanwhile_gets_no_row() {
        InputStream slow = new ByteArrayInputStream("x".getBytes()) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                makeAllDue();
                purger.purge();
                return super.read(buffer, offset, length);
            }
        };

        assertThatThrownBy(() -> library.create("slow", new Upload("text/plain", OptionalLong.empty(), slow)))
                .isInstanceOf(DocumentException.class);
        assertThat(library.list(10, null).count()).isZero();
    }

    @Test
    void the_keys_for_a_backup_are_those_that_rows_name(PrivatePostgres postgres) throws Exception {
        Document one = add("one");
        Document two = add("two");
        library.delete(add("three").id());

        try (Connection connection = postgres.connect(PrivatePostgres.ROLE, name)) {
            connection.setAutoCommit(false);
            try (Stream<String> keys = new DocumentKeys().keys(connection)) {
                assertThat(keys).containsExactlyInAnyOrder(one.objectKey(), two.objectKey());
            }
        }
    }

    /** What comes after the look is not seen by it. */
    private boolean isBackupOpen() {
        boolean seen = backupIsOpen;
        whenLookedFor.run();
        whenLookedFor = () -> {};
        return seen;
    }

    private Document add(String documentName) {
        return library.create(
                documentName,
                new Upload("text/plain", OptionalLong.empty(), new ByteArrayInputStream(documentName.getBytes())));
    }

    private List<String> objects() throws IOException {
        try (Stream<ObjectInfo> all = store.list("")) {
            return all.map(ObjectInfo::key).toList();
        }
    }

    private List<String> queue() {
        return server.query(name, "SELECT object_key FROM object_deletions");
    }

    private void makeAllDue() {
        server.execute(PrivatePostgres.ROLE, name, "UPDATE object_deletions SET due_at = now()");
    }

    private static CircuitBreaker breaker(String name) {
        return CircuitBreaker.of(name, CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
    }
}
