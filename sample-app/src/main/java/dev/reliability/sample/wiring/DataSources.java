package dev.reliability.sample.wiring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.reliability.sample.configuration.DatabaseSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Ways to the database. None of them needs it to be there.
 *
 * <p>Requests get short limits: with the defaults a call hangs for half a minute in an outage, and the first good
 * connection after it comes seconds later than with an empty pool that makes connections when they are asked for.
 */
final class DataSources {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration STATEMENT = Duration.ofSeconds(5);
    private static final Duration CHECK = Duration.ofSeconds(2);
    private static final Duration LONG_CONNECT = Duration.ofSeconds(5);

    private final DatabaseSettings settings;

    DataSources(DatabaseSettings settings) {
        this.settings = settings;
    }

    /** The pool that requests use; the caller closes it. */
    HikariDataSource pool(MeterRegistry meters) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("database");
        config.setDataSource(plain("requests", CONNECT, STATEMENT));
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(0);
        config.setConnectionTimeout(500);
        config.setValidationTimeout(250);
        config.setKeepaliveTime(Duration.ofSeconds(30).toMillis());
        config.setInitializationFailTimeout(-1);
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
        return new HikariDataSource(config);
    }

    /** A new connection each time, for health checks: a pool that is used up is no outage. */
    DataSource forHealth() {
        return plain("health", CONNECT, CHECK);
    }

    /** A new connection each time, for statements of any length. */
    DataSource forMigrations() {
        return plain("migrations", LONG_CONNECT, Duration.ZERO);
    }

    private DataSource plain(String user, Duration connect, Duration statement) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {settings.host()});
        source.setPortNumbers(new int[] {settings.port()});
        source.setDatabaseName(settings.name());
        source.setUser(settings.user());
        source.setPassword(settings.password().reveal());
        source.setSslMode(settings.sslMode());
        source.setApplicationName("sample-app " + user);
        source.setConnectTimeout(Math.toIntExact(connect.toSeconds()));
        source.setLoginTimeout(Math.toIntExact(connect.toSeconds()));
        source.setSocketTimeout(Math.toIntExact(statement.toSeconds()));
        source.setTcpKeepAlive(true);
        return source;
    }
}
