package ai.september.engine.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Typed reading of environment variables; an empty one counts as unset. Immutable. */
public final class Environment {

    private final Map<String, String> variables;
    private final Path workingFolder;

    /**
     * Copies the variables.
     *
     * @param workingFolder what relative paths are relative to
     */
    public Environment(Map<String, String> variables, Path workingFolder) {
        this.variables = Map.copyOf(variables);
        this.workingFolder = workingFolder;
    }

    /** The process's own. The launcher changes folder, so it says where it was started. */
    public static Environment ofProcess() {
        return new Environment(System.getenv(), Path.of(System.getProperty("engine.workdir", "")));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    Path path(String name, String defaultValue) throws ConfigException {
        try {
            return workingFolder.resolve(text(name).orElse(defaultValue));
        } catch (InvalidPathException e) {
            throw new ConfigException(name, "is not a path; set it to one, such as " + defaultValue);
        }
    }

    int number(String name, int defaultValue, int least, int most) throws ConfigException {
        String value = text(name).orElse(Integer.toString(defaultValue));
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new ConfigException(
                name, "'" + value + "' is not a whole number from " + least + " to " + most + "; correct or unset it");
    }

    Duration seconds(String name, int defaultValue, int least, int most) throws ConfigException {
        return Duration.ofSeconds(number(name, defaultValue, least, most));
    }

    /** A key goes into an HTTP header: what cannot stand there is refused here, unquoted. */
    Optional<Secret> secret(String name) throws ConfigException {
        Optional<String> value = text(name);
        if (value.isPresent() && !value.get().chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new ConfigException(name, "holds a character that no key has (a space, a line end?); set it again");
        }
        return value.map(Secret::new);
    }
}
