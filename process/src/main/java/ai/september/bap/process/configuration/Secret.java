package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

/** A configured value that must never be shown. */
public record Secret(String value) {

    public Secret {
        requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return "[REDACTED]";
    }
}
