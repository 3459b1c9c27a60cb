package ai.september.bap.api.http;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.vault.AdminKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets the operator pass, and nobody else. Compares in constant time. */
public record AdminAuthentication(AdminKey key) {

    public AdminAuthentication {
        requireNonNull(key, "key");
    }

    /**
     * Checks the header of a path that is the operator's alone.
     *
     * @return the name of the key that was used
     * @throws BapException {@code INVALID_ADMIN_KEY} for anybody else
     */
    public String require(@Nullable String header) {
        return name(header)
                .orElseThrow(() -> new BapException(
                        ErrorCode.INVALID_ADMIN_KEY,
                        "The admin key is missing or wrong. Send the value of ORCH_ADMIN_KEY as " + KeyHeaders.ADMIN
                                + "."));
    }

    /** The name of the key, if this is the operator; for paths that others may use as well. */
    public Optional<String> name(@Nullable String header) {
        return key.matches(header) ? Optional.of("admin") : Optional.empty();
    }
}
