package ai.september.bap.api.operation;

import ai.september.bap.registry.operation.Operation;
import java.util.function.Function;

/** What a request that may have had to wait comes to. */
public sealed interface Answer<T> {

    /** The same answer with another form of its result. */
    default <R> Answer<R> map(Function<? super T, ? extends R> form) {
        if (this instanceof Pending<T> pending) {
            return new Pending<>(pending.operation());
        }
        return new Done<>(form.apply(((Done<T>) this).result()));
    }

    /** The finished state. */
    record Done<T>(T result) implements Answer<T> {}

    /** Still under way when the caller's wait was over: 202 with the operation. */
    record Pending<T>(Operation operation) implements Answer<T> {}
}
