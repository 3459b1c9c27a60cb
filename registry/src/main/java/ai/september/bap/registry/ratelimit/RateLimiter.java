package ai.september.bap.registry.ratelimit;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Enforces {@code rate_limit_rpm}: in no 60 seconds more admits than the limit, whatever the number of replicas and whatever
 * happens to them. What a replica does not know by its {@link Share} it asks the {@link AdmitLog}, one call at a time for
 * each product; whoever comes meanwhile stands in line, without a connection and without a thread. Thread-safe.
 */
public final class RateLimiter {

    private static final Duration LONGEST_LINE = Duration.ofSeconds(20);

    /** Of more products than these the one that asked longest ago is forgotten, and what it has leased is lost. */
    private static final int PRODUCTS = 10_000;

    private final AdmitLog log;
    private final Semaphore connections;
    private final Executor executor;
    private final LongSupplier nanoTime;
    private final Map<ProductId, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * One of a replica.
     *
     * @param connections the most that are in use at the same time
     * @param executor where the log is asked for those who stand in line
     */
    public RateLimiter(AdmitLog log, int connections, Executor executor) {
        this(log, connections, executor, System::nanoTime);
    }

    RateLimiter(AdmitLog log, int connections, Executor executor, LongSupplier nanoTime) {
        this.log = log;
        this.connections = new Semaphore(connections, true);
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /** The admits of one product: what is known, and who waits. */
    private static final class Line {

        private final ProductId product;
        private final Share share;
        private final Deque<Turn> waiting = new ArrayDeque<>();
        private boolean asking;

        Line(ProductId product, Window window) {
            this.product = product;
            this.share = new Share(window);
        }

        /** How many at the head of the line are of one limit. */
        int alike() {
            int limit = waiting.element().limit();
            return (int)
                    waiting.stream().takeWhile(turn -> turn.limit() == limit).count();
        }
    }

    /** One admit. */
    private record Turn(int limit, long since, CompletableFuture<Boolean> taken) {

        /** Completes it, unless nothing is known. */
        void settle(Decision decision) {
            if (decision instanceof Decision.Passed) {
                taken.complete(true);
            } else if (decision instanceof Decision.Refused refused) {
                taken.completeExceptionally(refusal(refused.untilRoom()));
            }
        }

        private BapException refusal(Duration wait) {
            long seconds = Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
            return new BapException(
                            ErrorCode.RATE_LIMITED,
                            "Rate limit of " + limit + " admits per minute reached. Retry in " + seconds + " seconds.")
                    .retryAfter(Duration.ofSeconds(seconds));
        }
    }

    /** One call to the log, on behalf of those who waited when it began. */
    private record Call(Claim claim, int waiting, long began) {}

    /** What has become of a turn. */
    private record Outcome(Turn turn, Decision decision) {

        void tell() {
            turn.settle(decision);
        }
    }

    /**
     * Takes one admit out of the product's limit; refused ones are not counted. Where the log has to be asked and nobody
     * is asking it, that is done on this thread.
     *
     * @param limit the product's, as it is now: most admits in any 60 seconds
     * @return fails with {@code RATE_LIMITED} and the true wait, or with {@code UNAVAILABLE} where the line is too long
     */
    public CompletableFuture<Boolean> take(ProductId product, int limit) {
        Turn turn = new Turn(limit, nanoTime.getAsLong(), new CompletableFuture<>());
        Entry entry = enter(product, turn);
        if (!entry.asks()) {
            turn.settle(entry.known());
        } else if (connections.tryAcquire()) {
            ask(entry.line());
        } else {
            askLater(entry.line());
        }
        return turn.taken();
    }

    /** What comes of a turn that has just come: known at once, or in line, and perhaps to ask for the line. */
    private record Entry(Line line, Decision known, boolean asks) {}

    private synchronized Entry enter(ProductId product, Turn turn) {
        Line line = line(product);
        Decision known = line.share.decide(turn.limit(), turn.since());
        if (!(known instanceof Decision.Unknown)) {
            return new Entry(line, known, false);
        }
        boolean asks = !line.asking;
        line.waiting.add(turn);
        line.asking = true;
        return new Entry(line, known, asks);
    }

    private Line line(ProductId product) {
        Line line = lines.computeIfAbsent(product, asked -> new Line(asked, log.window()));
        if (lines.size() > PRODUCTS) {
            lines.values().stream()
                    .filter(other -> !other.asking && other != line)
                    .findFirst()
                    .ifPresent(eldest -> lines.remove(eldest.product));
        }
        return line;
    }

    private void askLater(Line line) {
        try {
            executor.execute(() -> {
                connections.acquireUninterruptibly();
                ask(line);
            });
        } catch (RejectedExecutionException stopping) {
            BapException refusal = unavailable("This replica is stopping. Send the request again.");
            dissolve(line).forEach(turn -> turn.taken().completeExceptionally(refusal));
        }
    }

    /** Whoever is still in line asks next before anybody hears of the outcome: what follows an admit may take long. */
    private void ask(Line line) {
        @Nullable RuntimeException failure = null;
        List<Outcome> outcomes = List.of();
        try {
            Call call = begin(line);
            outcomes = end(line, call, log.take(line.product, call.claim()));
        } catch (RuntimeException failed) {
            failure = failed;
        } catch (Error grave) {
            // The line has to go on whatever happens.
            failure = new IllegalStateException("the limit could not be asked", grave);
        }
        connections.release();
        if (failure == null) {
            goOn(line);
            outcomes.forEach(Outcome::tell);
        } else {
            // They would only ask the same database.
            RuntimeException reason = failure;
            dissolve(line).forEach(turn -> turn.taken().completeExceptionally(reason));
        }
    }

    private synchronized Call begin(Line line) {
        long now = nanoTime.getAsLong();
        Turn first = line.waiting.element();
        if (now - first.since() > LONGEST_LINE.toNanos()) {
            throw unavailable("Too many admits of this product are waiting already. Send it again later.");
        }
        int waiting = line.alike();
        return new Call(line.share.claim(first.limit(), waiting, now), waiting, now);
    }

    /** Who waited passes as far as the grant goes; then all are asked for whom what is known now is enough. */
    private synchronized List<Outcome> end(Line line, Call call, Grant grant) {
        line.share.accept(grant, call.waiting(), call.began());
        List<Outcome> outcomes = new ArrayList<>();
        int settled = grant.admits() == 0 ? call.waiting() : Math.min(grant.admits(), call.waiting());
        Decision decision = grant.admits() == 0 ? new Decision.Refused(grant.time()) : new Decision.Passed();
        for (int turn = 0; turn < settled; turn++) {
            outcomes.add(new Outcome(line.waiting.remove(), decision));
        }
        long now = nanoTime.getAsLong();
        for (Turn next = line.waiting.peek(); next != null; next = line.waiting.peek()) {
            Decision known = line.share.decide(next.limit(), now);
            if (known instanceof Decision.Unknown) {
                break;
            }
            outcomes.add(new Outcome(line.waiting.remove(), known));
        }
        return outcomes;
    }

    private void goOn(Line line) {
        synchronized (this) {
            line.asking = !line.waiting.isEmpty();
            if (!line.asking) {
                return;
            }
        }
        askLater(line);
    }

    /** Sends all home who stand in line. */
    private synchronized List<Turn> dissolve(Line line) {
        List<Turn> all = List.copyOf(line.waiting);
        line.waiting.clear();
        line.asking = false;
        return all;
    }

    private static BapException unavailable(String message) {
        return new BapException(ErrorCode.UNAVAILABLE, message);
    }
}
