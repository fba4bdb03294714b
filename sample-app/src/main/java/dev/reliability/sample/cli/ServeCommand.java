package dev.reliability.sample.cli;

import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.wiring.Backend;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** Serves until the process is told to stop. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves the API until SIGTERM.")
class ServeCommand implements Callable<Integer> {
    private final CommandContext context;

    ServeCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Backend backend = Backend.start(Configuration.forServing(context.environment()), context.time());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(backend), "shutdown"));
        // The hook ends the process.
        new CountDownLatch(1).await();
        return ExitCode.DONE;
    }

    /** An ordinary end: the JVM's own would be 143, which says that a signal killed it. */
    private static void stop(Backend backend) {
        int code = ExitCode.FAILED;
        try {
            backend.stop();
            code = ExitCode.DONE;
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }
}
