package ai.september.bap.local.dev;

import ai.september.bap.blackbox.EngineClient;
import java.io.UncheckedIOException;

/** A running engine, as its product knows it and as the operating system does. */
record LiveEngine(String engineId, String userId, String url, String key, long pid) {

    String say(String task, String message) {
        return new EngineClient(url, key).say(task, message);
    }

    /** Whether it takes its own key, and no other. */
    boolean acceptsOnlyItsKey() {
        try {
            return new EngineClient(url, key).status() == 200 && new EngineClient(url, key + "x").status() == 401;
        } catch (UncheckedIOException noAnswer) {
            return false;
        }
    }
}
