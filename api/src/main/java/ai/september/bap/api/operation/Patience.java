package ai.september.bap.api.operation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long a request waits for its operation (RFC 7240: {@code Prefer: respond-async} means not at all). */
public final class Patience {

    private final Duration standard;

    /** Requests wait for {@code standard} unless they prefer not to. */
    public Patience(Duration standard) {
        this.standard = standard;
    }

    /** The wait of a request with these {@code Prefer} headers. */
    public Duration of(@Nullable List<String> prefer) {
        boolean async = prefer != null
                && prefer.stream()
                        .flatMap(header -> Arrays.stream(header.split(",", -1)))
                        .map(preference -> preference.split(";", 2)[0].strip())
                        .anyMatch("respond-async"::equalsIgnoreCase);
        return async ? Duration.ZERO : standard;
    }
}
