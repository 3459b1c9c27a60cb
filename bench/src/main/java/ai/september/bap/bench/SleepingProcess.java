package ai.september.bap.bench;

import ai.september.bap.bench.EngineKit.Home;
import ai.september.bap.bench.EngineKit.Start;
import ai.september.bap.registry.product.SleepMode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A process that is frozen by signals, or ended and started again on its brain. Not thread-safe. */
final class SleepingProcess implements BareSleeper {

    private static final Command COMMAND = new Command(Map.of());

    private final Home home;
    private BareEngine engine;

    /** Starts it. */
    SleepingProcess(EngineKit kit) throws IOException, InterruptedException {
        this.home = kit.newHome();
        this.engine = serve();
    }

    private BareEngine serve() throws IOException, InterruptedException {
        return EngineKit.serve(Start.PACKAGED, home);
    }

    @Override
    public void suspend(SleepMode mode) throws IOException, InterruptedException {
        if (mode == SleepMode.PAUSE) {
            signal("STOP");
        } else {
            engine.close();
        }
    }

    @Override
    public Duration wake(SleepMode mode) throws IOException, InterruptedException {
        long start = System.nanoTime();
        if (mode == SleepMode.PAUSE) {
            signal("CONT");
            HealthPoll.await(home.port(), engine.process()::isAlive);
        } else {
            engine = serve();
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** To the whole session that it leads. */
    private void signal(String name) throws IOException, InterruptedException {
        String unused =
                COMMAND.run("kill", "-s", name, "--", "-" + engine.process().pid());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (engine.process().isAlive()) {
            signal("CONT");
            engine.close();
        }
    }
}
