package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.registry.operation.OperationKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Provisions one at a time against {@code docker run}, by turns. */
final class AgainstDockerRun {

    private static final int WARM_UP = 3;

    /** An orchestrator runs for months: what its processes take in their first minute, while they are compiled, is not asked. */
    private static final int OURS_BEFORE = 50;

    private static final double GOAL = 1.5;

    /** Of the first so many, memory and end are measured, too. */
    private static final int LOOKED_AT = 10;

    private final ComposeStack stack;
    private final Product product;
    private final ContainerFigures containers;
    private final Pair serving = new Pair();
    private final Pair migrating = new Pair();
    private final Samples client = new Samples();

    AgainstDockerRun(ComposeStack stack, Product product, ContainerFigures containers) {
        this.stack = stack;
        this.product = product;
        this.containers = containers;
    }

    void run(int pairs, Report report) throws Exception {
        try (OperationTimes times = new OperationTimes(stack.databaseUrl(), OperationKind.PROVISION)) {
            warmUp();
            for (int pair = 0; pair < pairs; pair++) {
                Progress.say("pair " + (pair + 1) + " of " + pairs);
                boolean lookedAt = pair < LOOKED_AT;
                List<Callable<Void>> turns = List.of(() -> provision(times, lookedAt), () -> dockerRun(lookedAt));
                turns.get(pair % 2).call();
                turns.get(1 - pair % 2).call();
            }
            write(times, report);
        }
    }

    private void warmUp() throws Exception {
        for (int turn = 0; turn < WARM_UP; turn++) {
            Engine engine = product.provision();
            try (BareContainer bare = BareContainer.run(stack)) {
                SameContainers.require(stack.docker(), container(engine), bare.name());
            }
            product.destroy(engine);
        }
        Progress.say("warm-up: " + OURS_BEFORE + " provisions");
        for (int turn = 0; turn < OURS_BEFORE; turn++) {
            product.destroy(product.provision());
        }
    }

    private static String container(Engine engine) {
        return "engine-" + engine.id();
    }

    private Void provision(OperationTimes times, boolean lookedAt) throws Exception {
        Engine engine = product.provision();
        serving.ours().add(engine.took());
        migrating.ours().add(engine.took());
        times.add(engine);
        if (lookedAt) {
            containers.addMemory(container(engine));
        }
        product.destroy(engine);
        return null;
    }

    private Void dockerRun(boolean lookedAt) throws Exception {
        long start = System.nanoTime();
        String unused = stack.docker().run("docker", "version");
        client.add(Duration.ofNanos(System.nanoTime() - start));
        try (BareContainer bare = BareContainer.run(stack)) {
            serving.bare().add(bare.boot());
            migrating.bare().add(bare.migrated().plus(bare.boot()));
            if (lookedAt) {
                containers.stop(bare.name());
            }
        }
        return null;
    }

    private void write(OperationTimes times, Report report) {
        report.heading("One at a time");
        report.paragraph(
                "Ours: `POST /engines/provision` for a new user, from the client's side, the wait included. Bare:"
                        + " `docker run` of the same image with the same limits, network and published port (the daemon is asked whether"
                        + " they are the same), then `GET /health` every 5 ms until it is healthy; on a volume with a brain that the"
                        + " image's `migrate` made before, in a container of its own, which the second row counts. By turns, after"
                        + " the orchestrator had provisioned and destroyed " + (WARM_UP + OURS_BEFORE)
                        + " others. The `docker` command itself takes " + Samples.figure(client.p50())
                        + " ms (p50 of `docker version`), which is part of the bare time.");
        report.table(
                Report.row("", Pair.HEAD, "goal"),
                List.of(
                        Report.row(
                                "against `docker run`",
                                serving.cells(),
                                "≤ " + GOAL + Report.verdict(serving.ratio() <= GOAL)),
                        Report.row("against migrate and `docker run`", migrating.cells(), "")));
        report.paragraph(
                "Where the time of a provision goes; in bold what happens beside the engine, the rest is dispatch,"
                        + " Temporal and records:");
        report.table(List.of("", "p50, ms", "p95, ms"), times.rows());
    }
}
