package ai.september.engine.config;

import static java.util.Objects.requireNonNull;

/** A value that must not be shown. */
public record Secret(String value) {

    public Secret {
        requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return "[REDACTED]";
    }
}
