package ai.september.bap.registry.ratelimit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.september.bap.registry.error.BapException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Why an admit does not pass. */
final class Refusal {

    private Refusal() {}

    static BapException of(CompletableFuture<Boolean> taken) {
        return (BapException) requireNonNull(
                catchThrowableOfType(CompletionException.class, taken::join).getCause());
    }
}
