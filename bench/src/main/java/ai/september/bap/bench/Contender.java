package ai.september.bap.bench;

import ai.september.bap.bench.LoadProcess.Answers;
import java.io.IOException;
import java.util.List;

/** One of several kinds of requests that are compared, and what was measured of it; latencies in milliseconds. */
record Contender(String label, List<String> requests, Samples rate, Samples p50, Samples p99) {

    /** What {@link #row} is called. */
    static final List<String> HEAD = List.of("", "requests/s", "p50, ms", "p99, ms");

    Contender(String label, String request) {
        this(label, List.of(request));
    }

    Contender(String label, List<String> requests) {
        this(label, List.copyOf(requests), new Samples(), new Samples(), new Samples());
    }

    /** The same requests, of which nothing is measured yet. */
    Contender anew() {
        return new Contender(label, requests);
    }

    /** Requests a second. */
    double measure(LoadProcess load, int connections, int milliseconds) throws IOException {
        Answers answers = load.run(requests, connections, milliseconds);
        rate.add(answers.perSecond());
        p50.add(answers.p50());
        p99.add(answers.p99());
        return answers.perSecond();
    }

    List<Object> row() {
        return List.of(label, rate.p50(), p50.p50(), p99.p50());
    }
}
