package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.product.SleepMode;
import java.sql.SQLException;
import java.util.List;

/**
 * Engines that fall asleep together, and are woken one at a time by admits, by turns with as many that nothing manages and
 * that sleep beside them.
 */
final class WakesInTurn implements AutoCloseable {

    private final Orchestrator stack;
    private final Product product;
    private final List<Engine> engines;
    private final List<BareSleeper> bare;

    /** As many of either kind; the bare ones are closed with this. */
    WakesInTurn(Orchestrator stack, Product product, List<Engine> engines, List<BareSleeper> bare) {
        this.stack = stack;
        this.product = product;
        this.engines = List.copyOf(engines);
        this.bare = List.copyOf(bare);
    }

    /** What came of it: the two side by side, and where the time of ours went. */
    record Found(Pair pair, OperationTimes times) implements AutoCloseable {

        @Override
        public void close() throws SQLException {
            times.close();
        }
    }

    /**
     * Wakes all of them so often.
     *
     * @param warmUp rounds before those that count
     * @return what the caller closes
     */
    Found run(SleepMode mode, int warmUp, int rounds) throws Exception {
        Pair unused = new Pair();
        try (OperationTimes forgotten = times()) {
            for (int round = 0; round < warmUp; round++) {
                Progress.say(mode.wireName() + ", warm-up " + (round + 1) + " of " + warmUp);
                round(mode, unused, forgotten);
            }
        }
        Found found = new Found(new Pair(), times());
        for (int round = 0; round < rounds; round++) {
            Progress.say(mode.wireName() + ", round " + (round + 1) + " of " + rounds);
            round(mode, found.pair(), found.times());
        }
        return found;
    }

    private OperationTimes times() throws Exception {
        return new OperationTimes(stack.databaseUrl(), OperationKind.WAKE);
    }

    private void round(SleepMode mode, Pair pair, OperationTimes times) throws Exception {
        for (BareSleeper sleeper : bare) {
            sleeper.suspend(mode);
        }
        product.putToSleep("{\"idle_timeout_s\":1,\"sleep_mode\":\"" + mode.wireName() + "\"}", engines.size());
        for (int turn = 0; turn < engines.size(); turn++) {
            if (turn % 2 == 0) {
                pair.bare().add(bare.get(turn).wake(mode));
            }
            Engine woken = product.wake(engines.get(turn));
            pair.ours().add(woken.took());
            times.add(woken);
            if (turn % 2 != 0) {
                pair.bare().add(bare.get(turn).wake(mode));
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (BareSleeper sleeper : bare) {
            sleeper.close();
        }
    }
}
