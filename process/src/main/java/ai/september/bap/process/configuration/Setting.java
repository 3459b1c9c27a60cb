package ai.september.bap.process.configuration;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One value as read: good, or absent because a problem was recorded in its place. */
record Setting<T>(@Nullable T valueOrNull) {

    static <T> Setting<T> good(T value) {
        return new Setting<>(value);
    }

    static <T> Setting<T> bad() {
        return new Setting<>(null);
    }

    boolean isGood() {
        return valueOrNull != null;
    }

    void peek(Consumer<T> action) {
        if (valueOrNull != null) {
            action.accept(valueOrNull);
        }
    }

    T value() {
        if (valueOrNull == null) {
            throw new IllegalStateException("read although a problem was recorded");
        }
        return valueOrNull;
    }
}
