package ai.september.bap.registry;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** An enum constant whose name outside Java, in JSON and SQL, is its own name in lower case. */
public interface WireName {

    String name();

    /** The name outside Java. */
    @JsonValue
    default String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
