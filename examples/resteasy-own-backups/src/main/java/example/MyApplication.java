package example;

import dev.reliability.core.backup.BackupService;
import dev.reliability.jaxrs.ReliabilityApi;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Mounts the toolkit's endpoints on a backup service of one's own; the host says who may use them. */
final class MyApplication extends Application {
    private final BackupService backups;

    MyApplication(BackupService backups) {
        this.backups = backups;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Set<Object> getSingletons() {
        return ReliabilityApi.builder().backups(backups).hostAuthentication().build().singletons();
    }

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(OperatorsOnly.class);
    }
}
