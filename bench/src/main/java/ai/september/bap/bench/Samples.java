package ai.september.bap.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measured values of one kind. Thread-safe. */
final class Samples {

    private final List<Double> values = new ArrayList<>();

    synchronized void add(double value) {
        values.add(value);
    }

    /** Adds a time in milliseconds. */
    void add(Duration time) {
        add(time.toNanos() / 1e6);
    }

    /** Adds all of the other's. */
    void addAll(Samples other) {
        other.copy().forEach(this::add);
    }

    private synchronized List<Double> copy() {
        return List.copyOf(values);
    }

    synchronized double sum() {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    synchronized int size() {
        return values.size();
    }

    double p50() {
        return percentile(50);
    }

    double p90() {
        return percentile(90);
    }

    double p95() {
        return percentile(95);
    }

    double p99() {
        return percentile(99);
    }

    double smallest() {
        return percentile(0);
    }

    double largest() {
        return percentile(100);
    }

    /** Between two values the nearer to the middle; NaN without values. */
    private synchronized double percentile(int percent) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double position = percent / 100.0 * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** A figure as it stands in a table. */
    static String figure(double value) {
        String format = Math.abs(value) < 10 ? "%.2f" : Math.abs(value) < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
