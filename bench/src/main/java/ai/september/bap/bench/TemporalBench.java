package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.bench.Stack.Temporal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Temporal costs an operation, under each server and with each setting that may matter to it. */
final class TemporalBench {

    private static final int WARM_UP = 3;
    private static final int AT_A_TIME = 8;
    private static final int GOAL_MS = 100;

    /** Each variant is visited so often: the machine is not the same all the time. */
    private static final int VISITS = 2;

    private static final List<String> HEAD = List.of(
            "",
            "n",
            "share p50",
            "p95",
            "p50 of each visit",
            "goal",
            "provision p50",
            "eight at once: share p50",
            "until the last, p50");

    private final int provisions;
    private final Crowd crowd = new Crowd(AT_A_TIME);

    TemporalBench(int provisions) {
        this.provisions = provisions;
    }

    /** What is measured of a variant, in milliseconds. */
    private record Figures(
            Samples share, Samples whole, Samples shareOfEight, Samples untilTheLast, List<String> visits) {

        Figures() {
            this(new Samples(), new Samples(), new Samples(), new Samples(), new ArrayList<>());
        }

        List<Object> row(String label) {
            return List.of(
                    label,
                    share.size(),
                    share.p50(),
                    share.p95(),
                    String.join(", ", visits),
                    "≤ " + GOAL_MS + Report.verdict(share.p50() <= GOAL_MS),
                    whole.p50(),
                    shareOfEight.p50(),
                    untilTheLast.p50());
        }
    }

    /** A server with settings. */
    private record Variant(String label, Server server, Figures figures) {

        Variant(String label, Server server) {
            this(label, server, new Figures());
        }
    }

    /** Starts an orchestrator whose state, if it is on this machine, is under the scratch folder. */
    private interface Server {
        Orchestrator start(Scratch scratch) throws Exception;
    }

    /** One of each kind of setting, against the defaults: 5 pollers of each kind, 600 cached runs, 4 shards. */
    private static List<Variant> variants() throws InterruptedException {
        List<Variant> all = new ArrayList<>();
        all.add(local("in-process", Temporal.IN_PROCESS, Map.of()));
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        settings.put("2 pollers of each kind", pollers(2));
        settings.put("20 pollers of each kind", pollers(20));
        settings.put("no run cached", Map.of("ORCH_WORKER_CACHED_RUNS", "0"));
        if (Temporal.DEV_SERVER.isThere()) {
            all.add(local("dev server", Temporal.DEV_SERVER, Map.of()));
            settings.forEach((what, how) -> all.add(local("dev server, " + what, Temporal.DEV_SERVER, how)));
        }
        if (ComposeStack.isThere()) {
            all.add(composed("Compose", Map.of()));
            settings.forEach((what, how) -> all.add(composed("Compose, " + what, how)));
            for (String shards : List.of("1", "16", "64")) {
                all.add(composed("Compose, " + shards + " shards", Map.of("TEMPORAL_HISTORY_SHARDS", shards)));
            }
        }
        return all;
    }

    private static Map<String, String> pollers(int each) {
        return Map.of(
                "ORCH_WORKER_STEP_POLLERS", Integer.toString(each),
                "ORCH_WORKER_WORKFLOW_POLLERS", Integer.toString(each));
    }

    private static Variant local(String label, Temporal temporal, Map<String, String> settings) {
        return new Variant(label, scratch -> Stack.start(scratch.folder().resolve("home"), temporal, settings));
    }

    private static Variant composed(String label, Map<String, String> settings) {
        return new Variant(label, scratch -> ComposeStack.start(settings));
    }

    void run() throws Exception {
        Report report = new Report("temporal");
        report.paragraph(
                "An operation's time from its row to its end, less its steps beside the engine: what Temporal takes, and our"
                        + " own records between the steps (of which the in-process server, which has no disk and no network,"
                        + " shows about how much). In milliseconds; everything on one machine. In-process and dev server: the"
                        + " whole of `./bap dev` in one JVM, engines as processes. Compose: the stack of"
                        + " `docker-compose.yml` with Temporal's server on PostgreSQL, engines as containers.");
        report.heading("A provision, by server and setting");
        report.paragraph("Each on a fresh installation, after a warm-up, visited " + VISITS
                + " times, the second time in the opposite order. Without another word: 4 shards, 5 pollers of each kind,"
                + " 600 cached runs, one worker.");
        report.table(HEAD, settings());
        crowd.close();
        if (Temporal.DEV_SERVER.isThere()) {
            new EagerStarts(provisions).run(report);
        }
        if (ComposeStack.isThere()) {
            new EachOperation(Math.max(1, provisions / 2)).run(report);
        }
        report.publish();
    }

    private List<List<Object>> settings() throws Exception {
        List<Variant> variants = variants();
        if (ComposeStack.isThere()) {
            ComposeStack.build();
        }
        List<Variant> order = new ArrayList<>(variants);
        for (int visit = 1; visit <= VISITS; visit++) {
            for (Variant variant : order) {
                Progress.say("visit " + visit + " of " + VISITS + ": " + variant.label());
                visit(variant);
            }
            Collections.reverse(order);
        }
        return variants.stream()
                .map(variant -> variant.figures().row(variant.label()))
                .toList();
    }

    private void visit(Variant variant) throws Exception {
        try (Scratch scratch = new Scratch();
                Orchestrator orchestrator = variant.server().start(scratch);
                TemporalShare share = new TemporalShare(orchestrator.databaseUrl())) {
            Product product = new Product(orchestrator);
            for (int round = 0; round < WARM_UP; round++) {
                crowd.withEach(crowd.atOnce(new Samples(), new Samples(), product::provision), product::destroy);
            }
            Figures figures = variant.figures();
            Samples visit = new Samples();
            for (int turn = 0; turn < Math.max(1, provisions / VISITS); turn++) {
                Engine engine = product.provision();
                visit.add(share.ofProvision(engine));
                figures.whole().add(engine.took());
                product.destroy(engine);
            }
            figures.share().addAll(visit);
            figures.visits().add(Samples.figure(visit.p50()));
            eightAtOnce(product, share, figures);
        }
    }

    private void eightAtOnce(Product product, TemporalShare share, Figures figures) throws Exception {
        for (int round = 0; round < Math.max(2, provisions / VISITS / AT_A_TIME); round++) {
            List<Engine> engines = crowd.atOnce(new Samples(), figures.untilTheLast(), product::provision);
            for (Engine engine : engines) {
                figures.shareOfEight().add(share.ofProvision(engine));
            }
            crowd.withEach(engines, product::destroy);
        }
    }
}
