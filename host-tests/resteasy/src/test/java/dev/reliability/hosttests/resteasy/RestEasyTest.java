package dev.reliability.hosttests.resteasy;

import dev.reliability.hosttests.AuthenticationContract;
import dev.reliability.hosttests.BackupContract;
import dev.reliability.hosttests.BadInputContract;
import dev.reliability.hosttests.CoexistenceContract;
import dev.reliability.hosttests.HealthContract;
import dev.reliability.hosttests.OperationContract;
import org.junit.jupiter.api.Nested;

/** The HTTP contract on RESTEasy. */
class RestEasyTest {
    @Nested
    class Health extends HealthContract implements OnRestEasy {}

    @Nested
    class Backups extends BackupContract implements OnRestEasy {}

    @Nested
    class Operations extends OperationContract implements OnRestEasy {}

    @Nested
    class BadInput extends BadInputContract implements OnRestEasy {}

    @Nested
    class Authentication extends AuthenticationContract implements OnRestEasy {}

    @Nested
    class Coexistence extends CoexistenceContract implements OnRestEasy {}
}
