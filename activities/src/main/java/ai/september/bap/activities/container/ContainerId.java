package ai.september.bap.activities.container;

import static java.util.Objects.requireNonNull;

/** A backend's own id of one container: never reused, so acting by it can not hit a successor. */
public record ContainerId(String value) {

    public ContainerId {
        requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return value;
    }
}
