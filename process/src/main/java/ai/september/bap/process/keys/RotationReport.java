package ai.september.bap.process.keys;

import ai.september.bap.registry.engine.MasterKeyRotation;
import ai.september.bap.registry.id.EngineId;
import java.io.PrintStream;
import java.util.List;

/** What an operator reads of a rotation: how far it is, how it ended, and what is left to be done. Not thread-safe. */
final class RotationReport implements MasterKeyRotation.Progress {

    private static final long ENGINES_PER_LINE = 10_000;

    /** With a master key missing it would be all of them. */
    private static final int MOST_NAMED = 100;

    private final PrintStream out;
    private final PrintStream err;
    private long all;

    RotationReport(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    void begin(int masterKeys, long engines) {
        all = engines;
        out.println("Bringing the keys of " + engines + " engines under the first of " + masterKeys + " master keys");
    }

    @Override
    public void at(long engines, long resealed) {
        if (engines % ENGINES_PER_LINE == 0) {
            out.println(engines + " of " + all + " engines: " + resealed + " keys sealed anew");
        }
    }

    void end(MasterKeyRotation.Outcome outcome) {
        out.println(outcome.engines() + " engines: " + outcome.resealed() + " keys sealed anew");
        if (!outcome.unopenable().isEmpty()) {
            unopenable(outcome.unopenable());
        }
        if (outcome.late() > 0) {
            err.println(
                    outcome.late() + " keys were sealed under an older master key while this ran: an API still has that"
                            + " one first. Give every API the new one first, then run this again.");
        }
        if (outcome.left() > 0) {
            err.println(outcome.left()
                    + " keys were still under an older master key at the last look, because somebody held"
                    + " the rows or goes on sealing. Run this again.");
        }
        if (outcome.isComplete()) {
            out.println("Checked: the first master key opens the keys of all engines. The others can go.");
        }
    }

    private void unopenable(List<EngineId> engines) {
        err.println(engines.size()
                + " engines have a key that no master key opens. Add the one that sealed it, and run this"
                + " again; or give each a new key with rotate-key, or destroy it:");
        engines.stream().limit(MOST_NAMED).forEach(engine -> err.println("  " + engine));
        if (engines.size() > MOST_NAMED) {
            err.println("  and " + (engines.size() - MOST_NAMED) + " more");
        }
    }

    void endedEarly(String reason) {
        err.println("Ended early: " + reason + " Run this again: it goes on from here.");
    }
}
