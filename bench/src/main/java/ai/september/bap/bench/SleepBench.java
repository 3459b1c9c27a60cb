package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.bench.Stack.Temporal;
import ai.september.bap.bench.WakesInTurn.Found;
import ai.september.bap.registry.product.SleepMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sleepers that are woken, against the bare operation, and what they take meanwhile; on both stacks. */
final class SleepBench {

    private static final String STACK = System.getenv().getOrDefault("BENCH_STACK", "both");

    /** Engines that are to sleep are looked for as often. */
    private static final int INTERVAL_S = 3;

    private static final Map<String, String> SETTINGS =
            Map.of("ORCH_HEALTH_CHECK_INTERVAL_S", Integer.toString(INTERVAL_S));
    private static final int ENGINES = 20;
    private static final int WARM_UP_PAUSED = 2;
    private static final int WARM_UP_STOPPED = 1;
    private static final int LEAST_STOPPED = 2;
    private static final int GOAL_PAUSED_MS = 150;
    private static final double GOAL_STOPPED = 1.25;
    private static final List<String> HEAD = List.of(
            "",
            "n",
            "p50, ms",
            "p90",
            "p99",
            "max",
            "bare p50",
            "bare p90",
            "bare p99",
            "bare max",
            "p50 / bare",
            "goal");

    private final int rounds;
    private final Report report = new Report("sleep");

    /** @param wakes of frozen engines; of stopped ones about a third */
    SleepBench(int wakes) {
        this.rounds = Math.max(1, wakes / ENGINES);
    }

    void run() throws Exception {
        report.paragraph(
                "Ours: `POST /engines/{user_id}/admit` with `auto_wake` for a user whose engine the product's policy"
                        + " (`idle_timeout_s` 1) has put to sleep, from the client's side, until it is answered with a running engine. Bare,"
                        + " paused: the frozen container's `unpause` at the daemon's socket (the frozen process group's `SIGCONT`), then"
                        + " `GET /health`. Bare, stopped: the `start` of a container that was stopped (of the process, on its brain),"
                        + " then `GET /health` every 5 ms until it is healthy; the product begins with 5 ms, too, and waits a tenth"
                        + " longer each time. " + ENGINES
                        + " engines of either kind sleep at the same time, and are woken"
                        + " one by one and by turns; while they are woken, the policy lets nobody fall asleep. Every engine is"
                        + " asked for its health every " + INTERVAL_S
                        + " s, ten times as often as by default, so that sleep comes soon.");
        if (STACK.equals("embedded") || !ComposeStack.isThere()) {
            Progress.say("the stack of Compose is left out");
        } else {
            compose();
        }
        if (!STACK.equals("compose")) {
            embedded();
        }
        report.publish();
    }

    private void compose() throws Exception {
        ComposeStack.build();
        try (ComposeStack stack = ComposeStack.start(SETTINGS)) {
            Product product = new Product(stack);
            List<Engine> engines = provision(product);
            List<BareSleeper> bare = new ArrayList<>();
            for (int number = 0; number < ENGINES; number++) {
                BareContainer container = BareContainer.run(stack, number);
                SameContainers.require(
                        stack.docker(), "engine-" + engines.get(number).id(), container.name());
                bare.add(new SleepingContainer(container, DaemonSocket.ofStack()));
            }
            wakes("Docker, the stack of `docker-compose.yml`", new WakesInTurn(stack, product, engines, bare));
            new FleetAsleep(stack, product, engines, new ContainerAccounts(stack)).run("Docker", report);
        }
    }

    private void embedded() throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder().resolve("home"), Temporal.IN_PROCESS, SETTINGS)) {
            EngineKit kit = new EngineKit(scratch.folder().resolve("bare"));
            Product product = new Product(stack);
            List<Engine> engines = provision(product);
            List<BareSleeper> bare = new ArrayList<>();
            for (int number = 0; number < ENGINES; number++) {
                bare.add(new SleepingProcess(kit));
            }
            wakes("Processes, embedded with the in-process Temporal", new WakesInTurn(stack, product, engines, bare));
            new FleetAsleep(stack, product, engines, new ProcessAccounts(engines)).run("Processes", report);
        }
    }

    private static List<Engine> provision(Product product) throws Exception {
        List<Engine> engines = new ArrayList<>();
        for (int count = 0; count < ENGINES; count++) {
            engines.add(product.provision());
        }
        return engines;
    }

    private void wakes(String name, WakesInTurn sleepers) throws Exception {
        int fewer = Math.max(LEAST_STOPPED, rounds / 3);
        try (sleepers;
                Found paused = sleepers.run(SleepMode.PAUSE, WARM_UP_PAUSED, rounds);
                Found stopped = sleepers.run(SleepMode.STOP, WARM_UP_STOPPED, fewer)) {
            report.heading(name + ": wakes");
            double slowest = paused.pair().ours().p99();
            double ratio = stopped.pair().ratio();
            report.table(
                    HEAD,
                    List.of(
                            row(
                                    "paused",
                                    paused.pair(),
                                    "p99 ≤ " + GOAL_PAUSED_MS + " ms" + Report.verdict(slowest <= GOAL_PAUSED_MS)),
                            row(
                                    "stopped",
                                    stopped.pair(),
                                    "p50 / bare ≤ " + GOAL_STOPPED + Report.verdict(ratio <= GOAL_STOPPED))));
            where("paused", paused);
            where("stopped", stopped);
        }
    }

    private static List<Object> row(String label, Pair pair, String goal) {
        List<Object> cells = new ArrayList<>();
        cells.add(pair.ours().size());
        for (Samples samples : List.of(pair.ours(), pair.bare())) {
            cells.addAll(List.of(samples.p50(), samples.p90(), samples.p99(), samples.largest()));
        }
        cells.add(pair.ratio());
        return Report.row(label, cells, goal);
    }

    private void where(String kind, Found found) {
        report.paragraph(
                "Where the time of a wake of a " + kind + " engine goes; in bold the steps beside the engine:");
        report.table(List.of("", "p50, ms", "p95, ms"), found.times().rows());
    }
}
