package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.OutputLine;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes an engine's output fit to be kept and shown: keys, hashes and the values handed on to engines are masked,
 * control characters go, and only the end is kept. Thread-safe.
 */
public final class OutputMask {

    /** Most bytes of output that are kept. */
    public static final int MAX_BYTES = 4096;

    /** How much to read of an output whose end is to be masked: masking can only shorten it. */
    public static final int READ_BYTES = 4 * MAX_BYTES;

    private static final String MASK = "[REDACTED]";

    /**
     * Keys as providers and we make them, and hex digests; the unmistakable ones also where a letter stands before them,
     * as in a line break that was escaped.
     */
    private static final Pattern KEYS =
            Pattern.compile("(?:\\b(?:sk|pk)-|(?:sk|pk)-(?:sept|ant|proj)-)[A-Za-z0-9_-]{6,}"
                    + "|(?<![A-Fa-f0-9])[A-Fa-f0-9]{64}(?![A-Fa-f0-9])|AIza[A-Za-z0-9_-]{20,}");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\\n\\t]]");

    /** Variables whose values are secrets whatever they look like. */
    private static final Pattern SECRET_NAME = Pattern.compile("(?i).*(KEY|TOKEN|SECRET|PASSWORD)S?");

    /** Shorter values stand in ordinary words; masking them would tell more than it hides. */
    private static final int SHORTEST_SECRET = 4;

    /** Short values such as "echo" or "true" are no secrets, and masking them would make the output unreadable. */
    private static final int SHORTEST_OTHER = 8;

    /** What stands for the rest of a line that is too long. */
    private static final String CUT = " [cut]";

    private final List<String> secrets;
    private final int longest;

    /** A mask that knows the variables that engines get from the operator. */
    public OutputMask(Map<String, String> handedOn) {
        // The longest first: one may be another's beginning.
        this.secrets = handedOn.entrySet().stream()
                .flatMap(variable -> secretsOf(variable.getKey(), variable.getValue()))
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        this.longest = secrets.stream().mapToInt(String::length).max().orElse(0);
    }

    /**
     * Without the line break that came with it from a file, and without what is dropped from the output, too. Of several
     * lines, each is a secret as well: output is also shown line by line.
     */
    private static Stream<String> secretsOf(String name, String value) {
        int shortest = SECRET_NAME.matcher(name).matches() ? SHORTEST_SECRET : SHORTEST_OTHER;
        String whole = CONTROLS.matcher(value).replaceAll("").strip();
        return Stream.concat(
                        Stream.of(whole).filter(secret -> secret.length() >= shortest),
                        whole.lines().map(String::strip).filter(line -> line.length() >= SHORTEST_OTHER))
                .distinct();
    }

    /** The end of the output, masked, at most {@value #MAX_BYTES} bytes of UTF-8. */
    public String mask(String output) {
        return tail(masked(output).strip());
    }

    /** A line, masked; of one that was cut, so much less that no key can show its beginning at the cut. */
    public String mask(OutputLine line) {
        String masked = masked(line.text());
        if (!line.cut()) {
            return masked;
        }
        int end = Math.max(0, masked.length() - Math.max(longest, OutputLine.SPARE_BYTES));
        return masked.substring(0, end > 0 && Character.isHighSurrogate(masked.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    private String masked(String output) {
        // First of all, for without them a key that they were scattered in would be whole again.
        String masked = CONTROLS.matcher(output).replaceAll("");
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return KEYS.matcher(masked).replaceAll(MASK);
    }

    /** The same of an output's last {@value #READ_BYTES} bytes, of which the first line may have been cut: half a key is not known. */
    public String maskEnd(String end) {
        return mask(
                end.getBytes(StandardCharsets.UTF_8).length < READ_BYTES ? end : end.substring(end.indexOf('\n') + 1));
    }

    private static String tail(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, bytes.length - MAX_BYTES);
        while (from > 0 && from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
            from++;
        }
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }
}
