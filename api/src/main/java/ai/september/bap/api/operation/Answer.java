package ai.september.bap.api.operation;

import ai.september.bap.registry.operation.Operation;

/** What a request that may have had to wait comes to. */
public sealed interface Answer<T> {

    /** The finished state. */
    record Done<T>(T result) implements Answer<T> {}

    /** Still under way when the caller's wait was over: 202 with the operation. */
    record Pending<T>(Operation operation) implements Answer<T> {}
}
