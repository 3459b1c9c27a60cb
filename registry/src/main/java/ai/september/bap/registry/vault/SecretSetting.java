package ai.september.bap.registry.vault;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A secret as an operator configured it: refuses what was forgotten rather than chosen. Messages name the variable, what
 * is wrong and the remedy, and never show the value.
 */
public final class SecretSetting {

    /** What templates and examples leave for a person to replace. */
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "<.*>|\\{\\{.*}}|your[-_ ].*|.*change[-_ ]?(me|this|it).*|replace[-_ ]?(me|this|with).*|(x{3,}|\\.{3,}|…+|\\*+)"
                    + "|todo|tbd|fixme|secret|example|placeholder|none|null|undefined");

    /** A key's beginning, and an ellipsis for the rest. */
    private static final Pattern ABBREVIATED = Pattern.compile(".*(\\.{3}|…)");

    private static final Pattern UNEXPANDED = Pattern.compile("\\$\\(|\\$\\{|^\\$[A-Za-z_]\\w*$|^`.*`$");

    private SecretSetting() {}

    /**
     * The value without surrounding white space.
     *
     * @param name the variable, for the message
     * @param remedy how to make a good value, as the end of a sentence: {@code "make one with …"}
     * @throws IllegalArgumentException if it is missing, empty, a placeholder, or a command or variable that no shell expanded
     */
    public static String require(String name, @Nullable String value, String remedy) {
        String text = value == null ? "" : value.strip();
        if (text.isEmpty()) {
            throw refusal(name, value == null ? "is not set" : "is empty", remedy);
        }
        if (UNEXPANDED.matcher(text).find()) {
            throw refusal(name, "holds a command or variable that nothing has expanded", remedy);
        }
        if (PLACEHOLDER.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
            throw refusal(name, "still holds a template's placeholder", remedy);
        }
        return text;
    }

    /** Whether a secret that is not ours to judge, such as another service's key, looks like one that nobody filled in. */
    public static boolean looksForgotten(String value) {
        String text = value.strip();
        return UNEXPANDED.matcher(text).find()
                || ABBREVIATED.matcher(text).matches()
                || PLACEHOLDER.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    static IllegalArgumentException refusal(String name, String wrong, String remedy) {
        return new IllegalArgumentException(name + " " + wrong + "; " + remedy);
    }
}
