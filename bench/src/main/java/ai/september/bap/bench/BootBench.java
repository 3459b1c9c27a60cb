package ai.september.bap.bench;

import ai.september.bap.bench.EngineKit.Start;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Boot of an engine: time and resident memory, as packaged and with a plain {@code java}, by turns. */
final class BootBench {

    private static final int FLEET = 8;
    private static final double GOAL_MS = 200;
    private static final double GOAL_MB = 50;

    private final int boots;
    private final Figures packaged = new Figures();
    private final Figures plain = new Figures();

    BootBench(int boots) {
        this.boots = boots;
    }

    /** Milliseconds and megabytes. */
    private record Figures(Samples boot, Samples cpu, Samples resident, Samples share) {

        Figures() {
            this(new Samples(), new Samples(), new Samples(), new Samples());
        }

        void add(BareEngine engine) throws IOException, InterruptedException {
            boot.add(engine.boot());
            cpu.add(engine.cpu());
            engine.awaitIdle();
            resident.add(engine.memory("Rss"));
            share.add(engine.memory("Pss"));
        }
    }

    void run() throws IOException, InterruptedException {
        Report report = new Report("boot");
        try (Scratch scratch = new Scratch()) {
            EngineKit kit = new EngineKit(scratch.folder());
            for (Start start : Start.values()) {
                kit.serve(start).close();
            }
            for (int boot = 0; boot < boots; boot++) {
                Progress.say("boot " + (boot + 1) + " of " + boots);
                measure(kit, boot % 2 == 0 ? List.of(Start.values()) : List.of(Start.PLAIN, Start.PACKAGED));
            }
            Samples fleet = fleetShares(kit);
            write(report, fleet);
        }
        report.publish();
    }

    private void measure(EngineKit kit, List<Start> order) throws IOException, InterruptedException {
        for (Start start : order) {
            try (BareEngine engine = kit.serve(start)) {
                (start == Start.PACKAGED ? packaged : plain).add(engine);
            }
        }
    }

    private static Samples fleetShares(EngineKit kit) throws IOException, InterruptedException {
        Samples shares = new Samples();
        List<BareEngine> fleet = new ArrayList<>();
        try {
            for (int engine = 0; engine < FLEET; engine++) {
                fleet.add(kit.serve(Start.PACKAGED));
            }
            for (BareEngine engine : fleet) {
                engine.awaitIdle();
                shares.add(engine.memory("Pss"));
            }
        } finally {
            for (BareEngine engine : fleet) {
                engine.close();
            }
        }
        return shares;
    }

    private void write(Report report, Samples fleet) {
        report.paragraph(
                boots + " boots each, by turns, on a copy of a migrated brain. Boot: from before the process is"
                        + " made to the first healthy answer of `GET /health`, asked every 5 ms. Memory: when idle, that is after"
                        + " a second without CPU time.");
        report.table(
                List.of("", "`bin/engine serve`", "plain `java -cp … serve`", "ratio", "goal"),
                List.of(
                        row("boot p50, ms", packaged.boot().p50(), plain.boot().p50(), "≤ " + (int) GOAL_MS),
                        row("boot p95, ms", packaged.boot().p95(), plain.boot().p95(), ""),
                        row(
                                "CPU time until healthy p50, ms",
                                packaged.cpu().p50(),
                                plain.cpu().p50(),
                                ""),
                        row(
                                "resident p50, MB",
                                packaged.resident().p50(),
                                plain.resident().p50(),
                                "≤ " + (int) GOAL_MB),
                        row(
                                "resident p95, MB",
                                packaged.resident().p95(),
                                plain.resident().p95(),
                                ""),
                        row(
                                "proportional share p50, MB",
                                packaged.share().p50(),
                                plain.share().p50(),
                                "")));
        report.paragraph("Proportional share of each when " + FLEET + " engines run at once: "
                + Samples.figure(fleet.p50()) + " MB (p50).");
    }

    private static List<Object> row(String what, double packaged, double plain, String goal) {
        return List.of(what, packaged, plain, packaged / plain, goal);
    }
}
