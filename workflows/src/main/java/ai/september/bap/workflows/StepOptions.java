package ai.september.bap.workflows;

import ai.september.bap.registry.id.HostId;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * How steps are timed and retried, in one place. Which failures are final is said by the activity that raises them
 * (non-retryable), so nothing is named twice.
 */
final class StepOptions {

    /** A worker that dies is noticed after this long, and its step goes to the next one. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** Longer than any boot timeout or stop grace; what ends a stuck step earlier is its heartbeat. */
    private static final Duration ONE_ATTEMPT = Duration.ofHours(1);

    /** A host that is away for longer fails what needs it; queueing behind other work counts, so it is generous. */
    private static final Duration BOUNDED = Duration.ofHours(2);

    /** Cleaning up must not hold an ended operation open for long: the reconciliation of rows and containers comes after it. */
    private static final Duration CLEANUP = Duration.ofMinutes(10);

    /** Longer than a watcher watches at a time. */
    private static final Duration ONE_WATCH = Duration.ofHours(2);

    private static final Duration LEAST_SILENCE = Duration.ofSeconds(3);

    /** Heartbeats cost, where Temporal is paid for by the action: some 200 an hour. */
    private static final Duration MOST_SILENCE = Duration.ofSeconds(20);

    /**
     * Makes no total time end on a full second. The in-process Temporal takes such an end for none (the retries of
     * temporal-test-server 1.38 look at its nanoseconds only), and one step in a thousand would be retried for ever.
     */
    private static final Duration NO_FULL_SECOND = Duration.ofNanos(1);

    private static final RetryOptions HOST_RETRIES = RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofMillis(200))
            .setBackoffCoefficient(2)
            .setMaximumInterval(Duration.ofSeconds(15))
            .build();

    private StepOptions() {}

    /** Steps that are retried for a bounded total time. */
    static EngineSteps bounded(HostId host, String summary) {
        return host(host, summary, BOUNDED);
    }

    /** Steps of compensations. */
    static EngineSteps cleanup(HostId host, String summary) {
        return host(host, summary, CLEANUP);
    }

    /** Steps that are not worth waiting for: what is not done now is begun anew later. */
    static EngineSteps brief(HostId host, String summary) {
        return host(host, summary, CLEANUP);
    }

    /** Steps of an attempt at a restart, which has a successor: what does not come by then is a failure of this one. */
    static EngineSteps attempt(HostId host, String summary) {
        return host(host, summary, CLEANUP);
    }

    /** Steps of stop and destroy, which never fail for good. */
    static EngineSteps persistent(HostId host, String summary) {
        return stub(options(host, summary).build());
    }

    /** Registry steps: the database may be away for as long as it likes. */
    static RegistrySteps registry(String summary) {
        return Workflow.newLocalActivityStub(RegistrySteps.class, local(summary, Duration.ofSeconds(20)));
    }

    /** Registry steps of a recovery. */
    static RecoverySteps recovery(String summary) {
        return Workflow.newLocalActivityStub(RecoverySteps.class, local(summary, Duration.ofSeconds(20)));
    }

    /** The watch over a host. It goes to the next worker beside it as soon as its own is not heard of for an interval. */
    static HostSteps watch(HostRef host) {
        return Workflow.newActivityStub(
                HostSteps.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(TaskQueues.watch(host.hostId()))
                        .setStartToCloseTimeout(ONE_WATCH)
                        .setHeartbeatTimeout(within(LEAST_SILENCE, host.interval(), MOST_SILENCE))
                        .setRetryOptions(RetryOptions.newBuilder()
                                .setInitialInterval(Duration.ofMillis(500))
                                .setBackoffCoefficient(2)
                                .setMaximumInterval(Duration.ofSeconds(5))
                                .build())
                        .setSummary("Watch over the engines of host " + host.hostId())
                        .build());
    }

    private static Duration within(Duration least, Duration wanted, Duration most) {
        Duration atLeast = wanted.compareTo(least) < 0 ? least : wanted;
        return atLeast.compareTo(most) > 0 ? most : atLeast;
    }

    /** Steps of a product's deletion. */
    static ProductSteps products(String summary) {
        return Workflow.newLocalActivityStub(ProductSteps.class, local(summary, Duration.ofMinutes(1)));
    }

    /** Steps of the retention. */
    static RetentionSteps retention(String summary) {
        return Workflow.newLocalActivityStub(RetentionSteps.class, local(summary, Duration.ofMinutes(1)));
    }

    private static LocalActivityOptions local(String summary, Duration oneAttempt) {
        return LocalActivityOptions.newBuilder()
                .setStartToCloseTimeout(oneAttempt)
                .setRetryOptions(RetryOptions.newBuilder()
                        .setInitialInterval(Duration.ofMillis(100))
                        .setBackoffCoefficient(2)
                        .setMaximumInterval(Duration.ofSeconds(30))
                        // A local activity without a total time or a number of attempts is not retried at all.
                        .setMaximumAttempts(Integer.MAX_VALUE)
                        .build())
                // Longer pauses are timers: waiting in the workflow task would fill the history with its heartbeats.
                .setLocalRetryThreshold(Duration.ofSeconds(1))
                .setSummary(summary)
                .build();
    }

    private static EngineSteps host(HostId host, String summary, Duration total) {
        return stub(options(host, summary)
                .setScheduleToCloseTimeout(total.plus(NO_FULL_SECOND))
                .build());
    }

    private static EngineSteps stub(ActivityOptions options) {
        return Workflow.newActivityStub(EngineSteps.class, options);
    }

    private static ActivityOptions.Builder options(HostId host, String summary) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(TaskQueues.host(host))
                .setStartToCloseTimeout(ONE_ATTEMPT)
                .setHeartbeatTimeout(HEARTBEAT)
                .setRetryOptions(HOST_RETRIES)
                // A cancelled step is waited for, so that the compensation does not overtake it.
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setSummary(summary);
    }
}
