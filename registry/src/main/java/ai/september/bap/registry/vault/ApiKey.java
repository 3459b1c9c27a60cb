package ai.september.bap.registry.vault;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A secret that a caller presents: a product's to the orchestrator, or one to its engine. Immutable. It has no JSON form
 * and a redacted text form, so that it can leave the program by {@link #reveal()} only.
 */
public final class ApiKey {

    /** Whose key it is, told by its prefix. */
    public enum Kind {
        /** A product's, for the orchestrator. */
        PLATFORM("pk-sept-"),
        /** An engine's own. */
        ENGINE("sk-sept-");

        private final String prefix;
        private final Pattern form;

        Kind(String prefix) {
            this.prefix = prefix;
            // Our own have 43 characters after the prefix; those of the original may be shorter, but never below 128
            // bits.
            this.form = Pattern.compile(prefix + "[A-Za-z0-9_-]{22,128}");
        }

        String prefix() {
            return prefix;
        }
    }

    private final Kind kind;
    private final String secret;

    private ApiKey(Kind kind, String secret) {
        this.kind = kind;
        this.secret = secret;
    }

    /** The text as a key, if it could be one of that kind; whether it is, only its hash can tell. */
    public static Optional<ApiKey> parse(Kind kind, @Nullable String text) {
        return text != null && kind.form.matcher(text).matches()
                ? Optional.of(new ApiKey(kind, text))
                : Optional.empty();
    }

    static ApiKey of(Kind kind, String random) {
        return parse(kind, kind.prefix() + requireNonNull(random, "random")).orElseThrow();
    }

    public Kind kind() {
        return kind;
    }

    /** The key in clear: for the answer that hands it out, and for sealing. */
    public String reveal() {
        return secret;
    }

    /** What is stored and looked up in its place. */
    public KeyHash hash() {
        return KeyHash.of(secret);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApiKey key && hash().matches(key.hash());
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    @Override
    public String toString() {
        return kind.prefix() + "[REDACTED]";
    }
}
