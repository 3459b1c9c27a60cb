package ai.september.engine;

import ai.september.engine.brain.Brain;
import ai.september.engine.brain.BrainLock;
import ai.september.engine.http.EngineServer;
import ai.september.engine.log.Log;
import ai.september.engine.turn.TurnRunner;
import ai.september.engine.turn.Turns;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** What SIGTERM and SIGINT do: no new turns, the running ones get their time, then the process ends with code 0. */
final class Shutdown implements Runnable {

    /** Below the 30 s after which the orchestrator kills. */
    private static final Duration TURNS = Duration.ofSeconds(25);

    private static final Duration STREAMS = Duration.ofSeconds(2);

    private final Turns turns;
    private final TurnRunner runner;
    private final EngineServer server;
    private final Brain brain;
    private final BrainLock lock;

    Shutdown(Turns turns, TurnRunner runner, EngineServer server, Brain brain, BrainLock lock) {
        this.turns = turns;
        this.runner = runner;
        this.server = server;
        this.brain = brain;
        this.lock = lock;
    }

    @Override
    public void run() {
        try {
            drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | SQLException | RuntimeException e) {
            Log.error("the brain was not closed: " + Log.trace(e));
        } finally {
            // A JVM ended by SIGTERM would exit with 143.
            Runtime.getRuntime().halt(ExitCode.OK.code());
        }
    }

    private void drain() throws InterruptedException, IOException, SQLException {
        Log.info("draining " + turns.active() + " turns");
        turns.drain(TURNS);
        runner.interruptAll();
        server.stop(STREAMS);
        brain.close();
        lock.close();
        Log.info("stopped");
    }
}
