package ai.september.bap.local.cli;

import ai.september.bap.api.ApiApplication;
import ai.september.bap.worker.WorkerMain;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The orchestrator's processes, each on its own, against any PostgreSQL and Temporal. */
final class ProcessCommands {

    private ProcessCommands() {}

    @Command(name = "api", description = "Runs the API.", mixinStandardHelpOptions = true)
    static final class Api extends WithFile {

        @Override
        void start(String[] arguments) {
            ApiApplication.main(arguments);
        }
    }

    @Command(name = "worker", description = "Runs a worker.", mixinStandardHelpOptions = true)
    static final class Worker extends WithFile {

        @Override
        void start(String[] arguments) {
            WorkerMain.main(arguments);
        }
    }

    /** A command that takes the configuration file. */
    abstract static class WithFile implements Callable<@Nullable Void> {

        @Parameters(
                arity = "0..1",
                paramLabel = "config.yml",
                description = "the configuration; without one config.yml here, or else the one built in")
        private @Nullable String file;

        abstract void start(String[] arguments);

        /** Starts, and stays up until a signal ends the process. */
        @Override
        public final @Nullable Void call() throws InterruptedException {
            start(file == null ? new String[0] : new String[] {file});
            new CountDownLatch(1).await();
            return null;
        }
    }
}
