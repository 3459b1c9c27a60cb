package ai.september.bap.process.configuration;

import ai.september.bap.registry.vault.SecretSetting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into typed settings and collects what is wrong with them, so that an operator sees all problems at once.
 * Not thread-safe: one reader per load.
 */
final class SettingsReader {

    private final SettingsSource source;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    SettingsReader(SettingsSource source) {
        this.source = source;
        problems.addAll(source.problems());
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    Optional<String> text(String path) {
        return source.text(path);
    }

    /** A value that has to be there. */
    <T> Setting<T> required(String path, Function<String, T> parser, String remedy) {
        Optional<String> text = text(path);
        return text.isEmpty() ? missing(path, remedy) : parse(path, text.get(), parser, remedy);
    }

    /** A value that may be missing. */
    <T> Setting<Optional<T>> optional(String path, Function<String, T> parser, String remedy) {
        Optional<String> text = text(path);
        return text.isEmpty()
                ? Setting.good(Optional.empty())
                : parse(path, text.get(), value -> Optional.of(parser.apply(value)), remedy);
    }

    Setting<Integer> whole(String path, int min, int max) {
        return number(path, min, max, number -> number);
    }

    Setting<Duration> seconds(String path, int min, int max) {
        return number(path, min, max, Duration::ofSeconds);
    }

    Setting<Duration> days(String path, int min, int max) {
        return number(path, min, max, Duration::ofDays);
    }

    Setting<Boolean> flag(String path) {
        return required(path, SettingsReader::parseFlag, "use true or false");
    }

    <E extends Enum<E>> Setting<E> choice(String path, Class<E> type) {
        return required(path, text -> parseChoice(type, text), "use " + choices(type));
    }

    <E extends Enum<E>> Setting<Optional<E>> optionalChoice(String path, Class<E> type) {
        return optional(path, text -> parseChoice(type, text), "use " + choices(type));
    }

    /** Items between commas; blanks around them and empty ones do not count. */
    <T> Setting<List<T>> list(String path, Function<String, T> parser, String remedy) {
        List<T> items = new ArrayList<>();
        boolean good = true;
        for (String item : text(path).map(SettingsReader::split).orElse(List.of())) {
            Setting<T> setting = parse(path, item, parser, remedy);
            setting.peek(items::add);
            good &= setting.isGood();
        }
        return good ? Setting.good(List.copyOf(items)) : Setting.bad();
    }

    /** A value whose own parser knows the variable, and says in full what is wrong: secrets, and what holds some. */
    <T> Setting<T> judged(String path, Function<@Nullable String, T> parser) {
        try {
            return Setting.good(parser.apply(text(path).orElse(null)));
        } catch (IllegalArgumentException refused) {
            problems.add(refused.getMessage() + ".");
            return Setting.bad();
        }
    }

    /** Warns of variables that engines are to get and that nobody filled in: they are another service's to judge. */
    void warnOfForgotten(List<String> names) {
        for (String name : names) {
            source.variable(name)
                    .filter(SecretSetting::looksForgotten)
                    .ifPresent(value ->
                            warnings.add(name + " still holds a template's placeholder; engines get it as it is."));
        }
    }

    /** Records a fault of a setting: a phrase that follows its name. */
    void problem(String path, String fault) {
        problems.add(source.nameOf(path) + " " + fault + ".");
    }

    void warn(String path, String remark) {
        warnings.add(source.nameOf(path) + " " + remark + ".");
    }

    private <T> Setting<T> missing(String path, String remedy) {
        problem(path, "is not set; " + remedy);
        return Setting.bad();
    }

    private <T> Setting<T> parse(String path, String text, Function<String, T> parser, String remedy) {
        try {
            return Setting.good(parser.apply(text));
        } catch (IllegalArgumentException unusable) {
            problem(path, "is \"" + text + "\", which cannot be used; " + remedy);
            return Setting.bad();
        }
    }

    private <T> Setting<T> number(String path, int min, int max, IntFunction<T> unit) {
        String remedy = "use a whole number from " + min + " to " + max;
        return required(path, text -> unit.apply(inRange(Integer.parseInt(text), min, max)), remedy);
    }

    private static int inRange(int number, int min, int max) {
        if (number < min || number > max) {
            throw new IllegalArgumentException("out of range");
        }
        return number;
    }

    private static boolean parseFlag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static <E extends Enum<E>> E parseChoice(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }

    private static <E extends Enum<E>> String choices(Class<E> type) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        return String.join(" or ", names);
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }
}
