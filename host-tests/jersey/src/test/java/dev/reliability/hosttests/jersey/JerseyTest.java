package dev.reliability.hosttests.jersey;

import dev.reliability.hosttests.AuthenticationContract;
import dev.reliability.hosttests.BackupContract;
import dev.reliability.hosttests.BadInputContract;
import dev.reliability.hosttests.CoexistenceContract;
import dev.reliability.hosttests.HealthContract;
import dev.reliability.hosttests.OperationContract;
import org.junit.jupiter.api.Nested;

/** The HTTP contract on Jersey. */
class JerseyTest {
    @Nested
    class Health extends HealthContract implements OnJersey {}

    @Nested
    class Backups extends BackupContract implements OnJersey {}

    @Nested
    class Operations extends OperationContract implements OnJersey {}

    @Nested
    class BadInput extends BadInputContract implements OnJersey {}

    @Nested
    class Authentication extends AuthenticationContract implements OnJersey {}

    @Nested
    class Coexistence extends CoexistenceContract implements OnJersey {}
}
