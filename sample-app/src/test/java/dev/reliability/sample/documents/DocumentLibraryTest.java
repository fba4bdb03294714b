package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.circuitbreaker.CircuitBreakerConfig;
import dev.reliability.core.circuitbreaker.CircuitBreakerOpenException;
import dev.reliability.core.circuitbreaker.State;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PrivatePostgres.Shared.class)
class DocumentLibraryTest {
    @TempDir
    Path folder;

    private final CircuitBreaker breaker =
            CircuitBreaker.of("database", CircuitBreakerConfig.consecutive(1, Duration.ofMinutes(5)));

    private DocumentLibrary library(PrivatePostgres server) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + server.createDatabase());
        source.setUser(PrivatePostgres.ROLE);
        source.setPassword(server.password(PrivatePostgres.ROLE));
        Flyway.configure().dataSource(source).load().migrate();
        CircuitBreaker storage =
                CircuitBreaker.of("storage", CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
        return new DocumentLibrary(
                new Database(source, 5, breaker, () -> {}, () -> {}, TimeSource.system()),
                new DeletionQueue(Duration.ofHours(1)),
                new ContentStore(LocalObjectStore.open(folder), storage),
                1_000,
                0);
    }

    /** Its row and the note that its bytes are not needed are refused by the very same exception. */
    @Test
    void an_upload_whose_database_goes_meanwhile_is_told_when_to_come_back(PrivatePostgres server) throws Exception {
        DocumentLibrary library = library(server);
        InputStream bytes = new InputStream() {
            @Override
            public int read() {
                if (breaker.state() == State.CLOSED) {
                    assertThatThrownBy(() -> breaker.execute(() -> {
                                throw new SQLException("gone");
                            }))
                            .hasMessage("gone");
                }
                return -1;
            }
        };

        assertThatThrownBy(() -> library.create("a", new Upload("text/plain", OptionalLong.empty(), bytes)))
                .isInstanceOf(CircuitBreakerOpenException.class);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }
}
