package ai.september.bap.registry.vault;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operator's master keys, in their order: the first seals, all of them open. More than one is for as long as a
 * rotation takes. Immutable; its text form is redacted.
 */
public final class MasterKeys {

    /** The variable that configures several; a single one may be in {@link MasterKey#VARIABLE} instead. */
    public static final String VARIABLE = "ORCH_MASTER_KEYS";

    private final List<MasterKey> keys;

    private MasterKeys(List<MasterKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** These keys; the first one seals. */
    public static MasterKeys of(MasterKey first, MasterKey... others) {
        List<MasterKey> keys = new ArrayList<>();
        keys.add(requireNonNull(first, "first"));
        keys.addAll(List.of(others));
        return new MasterKeys(keys);
    }

    /**
     * Reads the variables' values.
     *
     * @param single that of {@link MasterKey#VARIABLE}; null if it is not set
     * @param several that of {@link #VARIABLE}, with commas between the keys; null if it is not set
     * @throws IllegalArgumentException naming the variable, what is wrong and the remedy, never a value
     */
    public static MasterKeys parse(@Nullable String single, @Nullable String several) {
        if (several == null) {
            return of(MasterKey.parse(single));
        }
        if (single != null) {
            throw SecretSetting.refusal(
                    VARIABLE,
                    "and " + MasterKey.VARIABLE + " are both set",
                    "put all keys into " + VARIABLE + ", the one that seals first, and leave the other empty");
        }
        return parse(several.split(",", -1));
    }

    private static MasterKeys parse(String... texts) {
        List<MasterKey> keys = new ArrayList<>();
        for (String text : texts) {
            String place = VARIABLE + " (key " + (keys.size() + 1) + ")";
            MasterKey key = MasterKey.parse(texts.length == 1 ? VARIABLE : place, text);
            if (keys.contains(key)) {
                throw SecretSetting.refusal(VARIABLE, "holds the same key twice", "name each key once");
            }
            keys.add(key);
        }
        return new MasterKeys(keys);
    }

    /** All of them, the one that seals first. */
    List<MasterKey> inOrder() {
        return keys;
    }

    /** How many there are, at least one. */
    public int count() {
        return keys.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MasterKeys that && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    @Override
    public String toString() {
        return "MasterKeys[" + keys.size() + " REDACTED]";
    }
}
