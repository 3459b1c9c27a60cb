package ai.september.bap.api.engine;

import ai.september.bap.api.operation.Answer;
import ai.september.bap.registry.database.DatabaseFaults;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.DenialReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what admits come to, and how many of them were spared the database because an equal one was there already.
 * Thread-safe.
 */
public final class AdmitMetrics {

    private static final String ADMITTED = "admitted";
    private static final String DENIED = "denied";
    private static final String PENDING = "pending";
    private static final String REFUSED = "refused";
    private static final String NO_REASON = "none";

    private final MeterRegistry meters;
    private final Counter admitted;
    private final Counter followers;

    public AdmitMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.admitted = outcome(ADMITTED, NO_REASON);
        this.followers = Counter.builder("bap.admits.followed")
                .description("Admits that were answered with what an equal one before them met in the database")
                .register(meters);
        // Those that alerts and dashboards ask for are there before the first.
        outcome(PENDING, NO_REASON);
        for (DenialReason reason : DenialReason.values()) {
            outcome(DENIED, reason.wireName());
        }
        for (ErrorCode code : new ErrorCode[] {ErrorCode.RATE_LIMITED, ErrorCode.QUOTA_EXCEEDED}) {
            outcome(REFUSED, nameOf(code));
        }
    }

    /** Counts an admit when it has been decided, whatever it comes to. */
    CompletableFuture<Answer<Admission>> counted(Supplier<CompletableFuture<Answer<Admission>>> admit) {
        try {
            return admit.get().whenComplete(this::count);
        } catch (RuntimeException refused) {
            count(null, refused);
            throw refused;
        }
    }

    /** One admit followed another. */
    void followed() {
        followers.increment();
    }

    private void count(@Nullable Answer<Admission> answer, @Nullable Throwable failure) {
        if (failure != null) {
            outcome(REFUSED, nameOf(codeOf(failure))).increment();
        } else if (answer instanceof Answer.Done<Admission> done) {
            count(done.result());
        } else {
            outcome(PENDING, NO_REASON).increment();
        }
    }

    private void count(Admission admission) {
        DenialReason reason = admission.reason();
        if (reason == null) {
            admitted.increment();
        } else {
            outcome(DENIED, reason.wireName()).increment();
        }
    }

    /** What has no code of ours is answered as an error of ours, or as the database's absence. */
    private static ErrorCode codeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BapException refusal) {
            return refusal.code();
        }
        return DatabaseFaults.unavailability(cause).isPresent() ? ErrorCode.UNAVAILABLE : ErrorCode.INTERNAL_ERROR;
    }

    private static String nameOf(ErrorCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    private Counter outcome(String outcome, String reason) {
        return Counter.builder("bap.admits")
                .description(
                        "Admits by outcome; those that a key or a malformed request ended before are not among them")
                .tags("outcome", outcome, "reason", reason)
                .register(meters);
    }
}
