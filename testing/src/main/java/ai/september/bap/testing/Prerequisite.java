package ai.september.bap.testing;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs from the machine it runs on. Where it is missing, a developer's run skips the test and says why; under
 * CI ({@code CI=true}) the test fails, so that nothing is silently left out there.
 */
public final class Prerequisite {

    private final Map<String, String> environment;

    Prerequisite(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The program's file, found on {@code PATH}. */
    public static Path command(String name) {
        return new Prerequisite(System.getenv()).requireCommand(name);
    }

    /** Any other condition; {@code missing} says what is missing and how to get it. */
    public static void that(boolean met, String missing) {
        new Prerequisite(System.getenv()).require(met, missing);
    }

    Path requireCommand(String name) {
        Optional<Path> found = find(name);
        require(found.isPresent(), "no program \"" + name + "\" on PATH");
        return found.orElseThrow();
    }

    void require(boolean met, String missing) {
        requireNonNull(missing, "missing");
        if (met) {
            return;
        }
        if ("true".equals(environment.get("CI"))) {
            throw new AssertionError("needed under CI=true: " + missing);
        }
        throw new TestAbortedException("skipped: " + missing);
    }

    private Optional<Path> find(String name) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
