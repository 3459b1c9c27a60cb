package ai.september.bap.local.dev;

import ai.september.bap.local.Versions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ./bap dev}: everything on this machine, until Ctrl-C. */
@Command(name = "dev", description = "Runs everything on this machine, until Ctrl-C.", mixinStandardHelpOptions = true)
public final class DevCommand implements Callable<Integer> {

    /** Set by the shell script. */
    private static final String REPOSITORY = "bap.root";

    @Override
    public Integer call() {
        StopRequest stop = new StopRequest();
        for (String signal : new String[] {"INT", "TERM", "HUP"}) {
            Signals.onEach(signal, stop::bySignal);
        }
        Path repository = Path.of(System.getProperty(REPOSITORY, "")).toAbsolutePath();
        Console console = new Console(System.out);
        return new DevRun(System.getenv(), repository, Versions.ofThisBuild(), console, stop)
                .run()
                .number();
    }
}
