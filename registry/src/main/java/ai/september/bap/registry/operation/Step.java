package ai.september.bap.registry.operation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of an operation.
 *
 * @param note how it did its work where that is not obvious
 */
public record Step(
        StepName name,
        OperationStatus status,
        @Nullable String note,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
