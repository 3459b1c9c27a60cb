package ai.september.bap.registry.vault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operator's keys for administration, each with a name that audit rows tell them apart by. Keeps their hashes only,
 * and compares in a time that depends on no key. Immutable.
 */
public final class AdminKeys {

    /** The variable of the one key whose name is {@link #DEFAULT_NAME}. */
    public static final String SINGLE_VARIABLE = "ORCH_ADMIN_KEY";

    /** The variable of further keys: {@code name:key,name:key}. */
    public static final String VARIABLE = "ORCH_ADMIN_KEYS";

    /** The name of the key in {@link #SINGLE_VARIABLE}. */
    public static final String DEFAULT_NAME = "admin";

    /** The key of the quickstart, known to everybody: accepted when given explicitly, with a warning. */
    public static final String DEVELOPMENT = "dev-admin-key";

    private static final String REMEDY =
            "make one with ./bap keygen, or with docker compose run --rm --no-deps orchestrator keygen";
    private static final String FORM_REMEDY =
            "write name:key,name:key with names such as alice or ci-2 (a-z, 0-9 and -, at most 32), each once";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

    private final Map<String, KeyHash> hashes;

    private AdminKeys(Map<String, KeyHash> hashes) {
        this.hashes = hashes;
    }

    /**
     * Reads the variables' values. One of the two has to be there.
     *
     * @param single that of {@link #SINGLE_VARIABLE}; null if it is not set
     * @param several that of {@link #VARIABLE}; null if it is not set
     * @throws IllegalArgumentException naming the variable, what is wrong and the remedy, never a value
     */
    public static AdminKeys parse(@Nullable String single, @Nullable String several) {
        Map<String, KeyHash> hashes = new LinkedHashMap<>();
        if (single != null || several == null) {
            hashes.put(DEFAULT_NAME, hash(SINGLE_VARIABLE, single));
        }
        if (several != null) {
            for (String item : several.split(",", -1)) {
                add(hashes, item.strip());
            }
        }
        return new AdminKeys(hashes);
    }

    /** A key may have colons in it: the first one ends the name. */
    private static void add(Map<String, KeyHash> hashes, String item) {
        int colon = item.indexOf(':');
        String name = item.substring(0, Math.max(colon, 0));
        if (!NAME.matcher(name).matches()) {
            // What stands there may be a key that somebody forgot to name.
            throw SecretSetting.refusal(VARIABLE, "has an item without a proper name", FORM_REMEDY);
        }
        if (hashes.containsKey(name)) {
            String where = name.equals(DEFAULT_NAME) ? " (" + SINGLE_VARIABLE + " has it, too)" : "";
            throw SecretSetting.refusal(VARIABLE, "has the name " + name + " twice" + where, FORM_REMEDY);
        }
        KeyHash hash = hash(VARIABLE + " (" + name + ")", item.substring(colon + 1));
        if (hashes.containsValue(hash)) {
            throw SecretSetting.refusal(VARIABLE, "has the key of " + name + " under another name, too", REMEDY);
        }
        hashes.put(name, hash);
    }

    private static KeyHash hash(String place, @Nullable String value) {
        String text = SecretSetting.require(place, value, REMEDY);
        if (!VISIBLE.matcher(text).matches()) {
            throw SecretSetting.refusal(place, "has spaces or characters that no header can carry", REMEDY);
        }
        return KeyHash.of(text);
    }

    /** The name of the key that a request's header holds. Compares with all of them, whichever it is. */
    public Optional<String> name(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        KeyHash offered = KeyHash.of(header);
        String found = null;
        for (Map.Entry<String, KeyHash> key : hashes.entrySet()) {
            if (key.getValue().matches(offered)) {
                found = key.getKey();
            }
        }
        return Optional.ofNullable(found);
    }

    @Override
    public String toString() {
        return "AdminKeys" + hashes.keySet();
    }
}
