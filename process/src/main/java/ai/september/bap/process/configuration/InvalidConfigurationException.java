package ai.september.bap.process.configuration;

import java.util.List;

/** Everything that keeps a process from starting; each problem is one line that names variable, fault and remedy. */
public final class InvalidConfigurationException extends RuntimeException {

    private final List<String> problems;

    public InvalidConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each, safe to print. */
    public List<String> problems() {
        return problems;
    }
}
