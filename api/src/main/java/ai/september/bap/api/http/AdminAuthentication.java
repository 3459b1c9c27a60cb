package ai.september.bap.api.http;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.vault.AdminKeys;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets the operator pass, and nobody else, and tells by which key. Compares in constant time. */
public record AdminAuthentication(AdminKeys keys) {

    public AdminAuthentication {
        requireNonNull(keys, "keys");
    }

    /**
     * Checks the header of a path that is the operator's alone.
     *
     * @return the name of the key, for the audit log
     * @throws BapException {@code INVALID_ADMIN_KEY} for anybody else
     */
    public String require(@Nullable String header) {
        return keys.name(header).orElseThrow(AdminAuthentication::invalid);
    }

    /**
     * The name of the operator's key, for paths that others may use as well; empty if the request has none. A wrong one is
     * refused whatever other key comes with it: else a product's key would be a way to try out as many as one likes.
     *
     * @throws BapException {@code INVALID_ADMIN_KEY} if there is one, and it is wrong
     */
    public Optional<String> name(@Nullable String header) {
        return header == null || header.isBlank() ? Optional.empty() : Optional.of(require(header));
    }

    private static BapException invalid() {
        return new BapException(
                ErrorCode.INVALID_ADMIN_KEY,
                "The admin key is missing or wrong. Send the value of ORCH_ADMIN_KEY, or of a key in ORCH_ADMIN_KEYS, as "
                        + KeyHeaders.ADMIN + ".");
    }
}
