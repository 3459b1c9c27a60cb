package ai.september.bap.process.configuration;

import java.util.HashMap;
import java.util.Map;

/** Sets of variables for tests. */
public final class Variables {

    public static final String MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    public static final String ADMIN_KEY = "0123456789abcdef0123456789abcdef";

    private Variables() {}

    /** Just what an API cannot do without. */
    public static Map<String, String> complete() {
        return Map.of(
                "ORCH_DATABASE_URL", "postgresql://orch:p%40ss@db:5433/orchestrator",
                "ORCH_MASTER_KEY", MASTER_KEY,
                "ORCH_ADMIN_KEY", ADMIN_KEY);
    }

    /** The complete set with some replaced; names and values in turn. */
    public static Map<String, String> completeWith(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>(complete());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return variables;
    }
}
