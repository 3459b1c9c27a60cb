package ai.september.bap.bench;

import ai.september.bap.bench.Histories.Share;
import ai.september.bap.bench.Product.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Provisions that are asked for all at once, over several workers of one daemon. */
final class ManyAtOnce {

    private static final int WORKERS = 3;
    private static final int AT_ONCE = 50;

    /** So that each worker has its copy of an empty brain. */
    private static final int WARM_UP_AT_ONCE = 12;

    private final ComposeStack stack;
    private final Product product;
    private final ContainerFigures containers;
    private final Samples each = new Samples();
    private final Samples untilTheLast = new Samples();

    ManyAtOnce(ComposeStack stack, Product product, ContainerFigures containers) {
        this.stack = stack;
        this.product = product;
        this.containers = containers;
    }

    void run(Report report) throws Exception {
        Progress.say(AT_ONCE + " at once, over " + WORKERS + " workers");
        stack.scale(WORKERS);
        warmUp();
        try (Crowd crowd = new Crowd(AT_ONCE)) {
            CpuSplit cpu = new CpuSplit(stack);
            List<Engine> engines = crowd.atOnce(each, untilTheLast, product::provision);
            List<List<Object>> split = cpu.rows(AT_ONCE);
            Samples memory = containers.shares(stack.engines());
            write(engines, split, memory, report);
            crowd.withEach(engines, product::destroy);
        }
    }

    private void warmUp() throws Exception {
        try (Crowd few = new Crowd(WARM_UP_AT_ONCE)) {
            few.withEach(few.atOnce(new Samples(), new Samples(), product::provision), product::destroy);
        }
    }

    private void write(List<Engine> engines, List<List<Object>> split, Samples memory, Report report) {
        report.heading(AT_ONCE + " at once, over " + WORKERS + " workers");
        report.paragraph("`docker compose up -d --scale worker=" + WORKERS + "`, then " + AT_ONCE
                + " clients at once, each with a provision of a new user's engine: " + engines.size()
                + " answered 200, the last after " + Samples.figure(untilTheLast.p50() / 1000) + " s, which is "
                + Samples.figure(AT_ONCE * 1000 / untilTheLast.p50()) + " a second; p50 " + Samples.figure(each.p50())
                + " ms, p95 " + Samples.figure(each.p95())
                + " ms. Each engine's share of the memory that all of them map: "
                + Samples.figure(memory.p50()) + " MB (p50).");
        report.paragraph("Who did it, by the histories of the " + AT_ONCE + " runs:");
        report.table(List.of("", "steps beside the engines", "workflow tasks"), spread(engines));
        report.paragraph("Whose the CPU time was, from the first request to the last answer:");
        report.table(List.of("", "s", "share", "ms for each provision"), split);
    }

    private List<List<Object>> spread(List<Engine> engines) {
        Map<String, Share> shares = new TreeMap<>();
        try (Histories histories = new Histories(stack.temporalAddress())) {
            engines.forEach(engine -> Histories.countByWorker(histories.ofLatestRun(engine), shares));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (Share share : shares.values()) {
            rows.add(List.of("worker " + (rows.size() + 1), share.steps(), share.workflowTasks()));
        }
        return rows;
    }
}
