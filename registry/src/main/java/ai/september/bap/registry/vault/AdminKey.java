package ai.september.bap.registry.vault;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operator's key for administration. Keeps its hash only, and compares in a time that depends on neither key.
 * Immutable.
 */
public final class AdminKey {

    /** The variable that configures it. */
    public static final String VARIABLE = "ORCH_ADMIN_KEY";

    /** The key of the quickstart, known to everybody: accepted when given explicitly, with a warning. */
    public static final String DEVELOPMENT = "dev-admin-key";

    private static final String REMEDY =
            "make one with ./bap keygen, or with docker compose run --rm --no-deps orchestrator keygen";
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

    private final KeyHash hash;

    private AdminKey(KeyHash hash) {
        this.hash = hash;
    }

    /**
     * Reads the variable's value.
     *
     * @throws IllegalArgumentException naming the variable, what is wrong and the remedy, never the value
     */
    public static AdminKey parse(@Nullable String value) {
        String text = SecretSetting.require(VARIABLE, value, REMEDY);
        if (!VISIBLE.matcher(text).matches()) {
            throw SecretSetting.refusal(VARIABLE, "has spaces or characters that no header can carry", REMEDY);
        }
        return new AdminKey(KeyHash.of(text));
    }

    /** Whether a request's header holds this key. */
    public boolean matches(@Nullable String header) {
        return header != null && hash.matches(header);
    }

    /** Whether this is {@link #DEVELOPMENT}, which deserves a warning. */
    public boolean isWellKnown() {
        return hash.matches(DEVELOPMENT);
    }

    @Override
    public String toString() {
        return "AdminKey[REDACTED]";
    }
}
