package ai.september.bap.bench;

import ai.september.bap.bench.Histories.Share;
import ai.september.bap.bench.Product.Engine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The stack of Compose: a provision against {@code docker run}, many at once over several workers, sizes. */
final class DockerBench {

    private static final int WARM_UP = 3;
    private static final double GOAL = 1.5;
    private static final int MOST_LOOKED_AT = 10;
    private static final int WORKERS = 3;
    private static final int AT_ONCE = 50;

    /** So that each worker has its copy of an empty brain. */
    private static final int WARM_UP_AT_ONCE = 12;

    private final int pairs;

    DockerBench(int pairs) {
        this.pairs = pairs;
    }

    void run() throws Exception {
        Report report = new Report("docker");
        report.paragraph(
                "The stack of `docker-compose.yml`, built from this repository, with Temporal's server on PostgreSQL;"
                        + " everything on one machine.");
        ComposeStack.build();
        try (ComposeStack stack = ComposeStack.start(Map.of())) {
            Product product = new Product(stack);
            ContainerFigures containers = new ContainerFigures(stack.docker());
            oneAtATime(stack, product, containers, report);
            manyAtOnce(stack, product, containers, report);
            containers.write(report);
        }
        report.publish();
    }

    /** What is compared one at a time, in milliseconds. */
    private record Compared(Pair serving, Pair migrating, Samples client) {

        Compared() {
            this(new Pair(), new Pair(), new Samples());
        }

        void addOurs(Engine engine) {
            serving.ours().add(engine.took());
            migrating.ours().add(engine.took());
        }

        void addBare(BareContainer bare) {
            serving.bare().add(bare.boot());
            migrating.bare().add(bare.migrated().plus(bare.boot()));
        }
    }

    private void oneAtATime(ComposeStack stack, Product product, ContainerFigures containers, Report report)
            throws Exception {
        Compared compared = new Compared();
        try (OperationTimes times = new OperationTimes(stack.databaseUrl())) {
            warmUp(stack, product);
            for (int pair = 0; pair < pairs; pair++) {
                Progress.say("pair " + (pair + 1) + " of " + pairs);
                boolean lookedAt = pair < MOST_LOOKED_AT;
                List<Callable<Void>> turns = List.of(
                        () -> provision(stack, product, compared, times, lookedAt ? containers : null),
                        () -> run(stack, compared, lookedAt ? containers : null));
                turns.get(pair % 2).call();
                turns.get(1 - pair % 2).call();
            }
            write(compared, times, report);
        }
    }

    private static void write(Compared compared, OperationTimes times, Report report) {
        report.heading("One at a time");
        report.paragraph(
                "Ours: `POST /engines/provision` for a new user, from the client's side, the wait included. Bare:"
                        + " `docker run` of the same image with the same limits, network and published port (the daemon is asked whether"
                        + " they are the same), then `GET /health` every 5 ms until it is healthy; on a volume with a brain that the"
                        + " image's `migrate` made before, in a container of its own, which the second row counts. By turns, after a"
                        + " warm-up. The `docker` command itself takes "
                        + Samples.figure(compared.client().p50())
                        + " ms (p50 of `docker version`), which is part of the bare time.");
        Pair serving = compared.serving();
        report.table(
                Report.row("", Pair.HEAD, "goal"),
                List.of(
                        Report.row(
                                "against `docker run`",
                                serving.cells(),
                                "≤ " + GOAL + Report.verdict(serving.ratio() <= GOAL)),
                        Report.row(
                                "against migrate and `docker run`",
                                compared.migrating().cells(),
                                "")));
        report.paragraph(
                "Where the time of a provision goes; in bold what happens beside the engine, the rest is dispatch,"
                        + " Temporal and records:");
        report.table(List.of("", "p50, ms", "p95, ms"), times.rows());
    }

    private static void warmUp(ComposeStack stack, Product product) throws Exception {
        for (int turn = 0; turn < WARM_UP; turn++) {
            Engine engine = product.provision();
            try (BareContainer bare = BareContainer.run(stack)) {
                SameContainers.require(stack.docker(), "engine-" + engine.id(), bare.name());
            }
            product.destroy(engine);
        }
    }

    private static Void provision(
            ComposeStack stack,
            Product product,
            Compared compared,
            OperationTimes times,
            @Nullable ContainerFigures containers)
            throws Exception {
        Engine engine = product.provision();
        compared.addOurs(engine);
        times.add(engine);
        if (containers != null) {
            containers.addMemory("engine-" + engine.id());
        }
        product.destroy(engine);
        return null;
    }

    private static Void run(ComposeStack stack, Compared compared, @Nullable ContainerFigures containers)
            throws Exception {
        long start = System.nanoTime();
        stack.docker().run("docker", "version");
        compared.client().add(Duration.ofNanos(System.nanoTime() - start));
        try (BareContainer bare = BareContainer.run(stack)) {
            compared.addBare(bare);
            if (containers != null) {
                containers.stop(bare.name());
            }
        }
        return null;
    }

    private static void manyAtOnce(ComposeStack stack, Product product, ContainerFigures containers, Report report)
            throws Exception {
        Progress.say(AT_ONCE + " at once, over " + WORKERS + " workers");
        stack.scale(WORKERS);
        try (Crowd few = new Crowd(WARM_UP_AT_ONCE);
                Crowd crowd = new Crowd(AT_ONCE)) {
            product.destroy(few.atOnce(new Samples(), new Samples(), product::provision));
            Samples each = new Samples();
            Samples all = new Samples();
            CpuSplit cpu = new CpuSplit(stack);
            List<Engine> engines = crowd.atOnce(each, all, product::provision);
            List<List<Object>> split = cpu.rows(AT_ONCE);
            Samples shares = containers.shares(stack.engines());
            report.heading(AT_ONCE + " at once, over " + WORKERS + " workers");
            report.paragraph("`docker compose up -d --scale worker=" + WORKERS + "`, then " + AT_ONCE
                    + " clients at once, each a provision of a new user's engine: " + engines.size()
                    + " answered 200, the last after " + Samples.figure(all.p50() / 1000) + " s, which is "
                    + Samples.figure(AT_ONCE * 1000 / all.p50()) + " a second; p50 " + Samples.figure(each.p50())
                    + " ms, p95 " + Samples.figure(each.p95())
                    + " ms. Proportional share of memory of each engine then: "
                    + Samples.figure(shares.p50()) + " MB (p50).");
            report.paragraph("Who did it, by the histories of the " + AT_ONCE + " runs:");
            report.table(List.of("", "steps beside the engines", "workflow tasks"), spread(stack, engines));
            report.paragraph("Whose the CPU time was, from the first request to the last answer:");
            report.table(List.of("", "s", "", "ms for each provision"), split);
            product.destroy(engines);
        }
    }

    private static List<List<Object>> spread(ComposeStack stack, List<Engine> engines)
            throws IOException, InterruptedException {
        Map<String, Share> shares = new TreeMap<>();
        try (Histories histories = new Histories(stack.temporalAddress())) {
            engines.forEach(engine -> Histories.countByWorker(histories.ofLatestRun(engine), shares));
        }
        List<List<Object>> rows = new ArrayList<>();
        shares.values()
                .forEach(share ->
                        rows.add(List.of("worker " + (rows.size() + 1), share.steps(), share.workflowTasks())));
        return rows;
    }
}
