package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.bench.TemporalShare.Times;
import ai.september.bap.registry.operation.OperationKind;
import io.temporal.api.history.v1.History;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Temporal's share of each kind of operation, and what its run leaves there, on the stack of Compose. */
final class EachOperation {

    private static final int WARM_UP = 3;
    private static final double KIB = 1024;

    private final int turns;
    private final Map<OperationKind, Figures> kinds = new EnumMap<>(OperationKind.class);

    EachOperation(int turns) {
        this.turns = turns;
    }

    private record Figures(Samples whole, Samples steps, Samples share, Samples events, Samples kib) {

        Figures() {
            this(new Samples(), new Samples(), new Samples(), new Samples(), new Samples());
        }

        void add(Times times, History history) {
            whole.add(times.whole());
            steps.add(times.steps());
            share.add(times.share());
            events.add(history.getEventsCount());
            kib.add(history.getSerializedSize() / KIB);
        }

        List<Object> row(String label) {
            return List.of(
                    label, whole.size(), whole.p50(), steps.p50(), share.p50(), share.p95(), events.p50(), kib.p50());
        }
    }

    /** What is asked of an engine. */
    private interface Verb {
        void ask(Engine engine) throws Exception;
    }

    void run(Report report) throws Exception {
        try (ComposeStack stack = ComposeStack.start(Map.of());
                TemporalShare share = new TemporalShare(stack.databaseUrl());
                Histories histories = new Histories(stack.temporalAddress())) {
            Product product = new Product(stack);
            for (int turn = -WARM_UP; turn < turns; turn++) {
                Progress.say("each operation: " + turn);
                if (turn == 0) {
                    kinds.clear();
                }
                life(product, share, histories);
            }
        }
        report.heading("Each operation");
        report.paragraph(
                "On the stack of Compose, one at a time: from row to end, its steps, the rest, and the history of its"
                        + " run as the server keeps it.");
        report.table(
                List.of("", "n", "whole p50, ms", "steps p50", "share p50", "share p95", "events", "KiB"),
                kinds.entrySet().stream()
                        .map(kind -> kind.getValue().row("`" + kind.getKey().wireName() + "`"))
                        .toList());
    }

    private void life(Product product, TemporalShare share, Histories histories) throws Exception {
        Engine engine = product.provision();
        Map<OperationKind, Verb> verbs = new LinkedHashMap<>();
        verbs.put(OperationKind.PROVISION, provisioned -> {});
        verbs.put(OperationKind.ROTATE_KEY, product::rotateKey);
        verbs.put(OperationKind.STOP, product::stop);
        verbs.put(OperationKind.START, product::start);
        verbs.put(OperationKind.DESTROY, product::destroy);
        for (Map.Entry<OperationKind, Verb> verb : verbs.entrySet()) {
            verb.getValue().ask(engine);
            History history = histories.ofLatestRun(engine);
            kinds.computeIfAbsent(verb.getKey(), unused -> new Figures()).add(share.of(engine, verb.getKey()), history);
        }
    }
}
