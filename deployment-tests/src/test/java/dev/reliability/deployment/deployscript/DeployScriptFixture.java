package dev.reliability.deployment.deployscript;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A deploy script of its own for each test. */
abstract class DeployScriptFixture {
    @TempDir
    Path folder;

    DeployScript script;

    @BeforeEach
    void make_script() throws Exception {
        script = new DeployScript(folder);
    }
}
