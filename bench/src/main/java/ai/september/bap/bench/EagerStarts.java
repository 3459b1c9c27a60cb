package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.bench.Stack.Temporal;
import io.temporal.api.history.v1.History;
import io.temporal.client.WorkflowClient;
import java.util.List;

/**
 * Provisions whose runs are started on the connection of the worker, which then gets the first task with the answer,
 * against those that are started on another one; by turns, on the dev server.
 */
final class EagerStarts {

    private static final int WARM_UP = 8;

    private final int provisions;

    EagerStarts(int provisions) {
        this.provisions = provisions;
    }

    /** One of the two. */
    private static final class Arm {

        private final String label;
        private final WorkflowClient client;
        private final Samples share = new Samples();
        private int eager;

        Arm(String label, WorkflowClient client) {
            this.label = label;
            this.client = client;
        }

        void add(double milliseconds, History history) {
            share.add(milliseconds);
            if (history.getEvents(0)
                    .getWorkflowExecutionStartedEventAttributes()
                    .getEagerExecutionAccepted()) {
                eager++;
            }
        }

        List<Object> row() {
            return List.of(label, share.size(), eager, share.p50(), share.p95());
        }
    }

    void run(Report report) throws Exception {
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder().resolve("home"), Temporal.DEV_SERVER);
                Histories histories = new Histories(stack.temporalAddress());
                TemporalShare share = new TemporalShare(stack.databaseUrl())) {
            RequestsInPerson requests = new RequestsInPerson(stack.worker().jdbi());
            Arm other = new Arm("a connection of its own, as the API's is", histories.client());
            Arm workers = new Arm("the worker's connection", stack.worker().client());
            for (int turn = -WARM_UP; turn < provisions; turn++) {
                for (Arm arm : turn % 2 == 0 ? List.of(other, workers) : List.of(workers, other)) {
                    Engine engine = requests.provision(arm.client);
                    if (turn >= 0) {
                        arm.add(share.ofProvision(engine), histories.ofLatestRun(engine));
                    }
                    requests.destroy(engine, arm.client);
                }
            }
            write(report, List.of(other.row(), workers.row()));
        }
    }

    private static void write(Report report, List<List<Object>> rows) {
        report.heading("Eager start");
        report.paragraph(
                "Temporal's share of a provision whose run is started on the connection of a worker, which gets the"
                        + " first task with the answer, against one that is started on another; by turns, on the dev server. With"
                        + " Compose, API and workers are processes of their own: there only what a worker starts itself is eager.");
        report.table(List.of("started on", "n", "of them eager", "share p50, ms", "p95"), rows);
    }
}
