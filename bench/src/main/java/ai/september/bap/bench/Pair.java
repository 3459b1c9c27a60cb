package ai.september.bap.bench;

import java.util.List;

/** What is compared, in milliseconds. */
record Pair(Samples ours, Samples bare) {

    /** What {@link #cells} are called. */
    static final List<String> HEAD =
            List.of("n", "ours p50, ms", "ours p95", "bare p50", "bare p95", "ours / bare", "ours − bare, ms");

    Pair() {
        this(new Samples(), new Samples());
    }

    double ratio() {
        return ours.p50() / bare.p50();
    }

    /** Of the medians. */
    double over() {
        return ours.p50() - bare.p50();
    }

    List<Object> cells() {
        return List.of(ours.size(), ours.p50(), ours.p95(), bare.p50(), bare.p95(), ratio(), over());
    }
}
