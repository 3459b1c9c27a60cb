package ai.september.bap.local.dev;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The variables of production as they are on a laptop: what the user set, defaults that only {@code ./bap dev} has, and
 * 127.0.0.1 for everything that listens.
 *
 * @param variables for the parts of the orchestrator; holds secrets
 * @param notices what the user should know about them
 */
record DevEnvironment(Map<String, String> variables, List<String> notices) {

    static final String DEFAULT_ADMIN_KEY = "dev-admin-key";
    static final String ADMIN_KEY = "ORCH_ADMIN_KEY";
    static final String ADMIN_KEYS = "ORCH_ADMIN_KEYS";
    static final String MASTER_KEY = "ORCH_MASTER_KEY";
    static final String MASTER_KEYS = "ORCH_MASTER_KEYS";

    DevEnvironment {
        variables = Map.copyOf(variables);
        notices = List.copyOf(notices);
    }

    /**
     * @param given what this process got
     * @param home the state folder
     * @param repository where the reference engine is built
     */
    static DevEnvironment of(Map<String, String> given, Path home, Path repository) {
        Map<String, String> variables = new HashMap<>(given);
        List<String> notices = new ArrayList<>();
        variables.put("ORCH_BIND_HOST", "127.0.0.1");
        // The backend's own refusal is for servers; this is one person's machine.
        variables.put("ORCH_ALLOW_SUBPROCESS", "true");
        if (!isSet(variables, ADMIN_KEYS)) {
            setDefault(variables, ADMIN_KEY, DEFAULT_ADMIN_KEY);
        }
        setDefault(variables, "ORCH_ENGINE_BACKEND", "subprocess");
        setDefault(variables, "ORCH_ENGINE_URL_MODE", "host");
        setDefault(variables, "ORCH_SUBPROCESS_FOLDER", home.toString());
        setDefault(
                variables,
                "ORCH_SUBPROCESS_ENGINE",
                repository.resolve("engine/target/dist").toString());
        chooseProvider(variables, notices);
        return new DevEnvironment(variables, notices);
    }

    private static void chooseProvider(Map<String, String> variables, List<String> notices) {
        ModelProvider provider = new ModelProvider(variables);
        variables.put(ModelProvider.PASSTHROUGH, provider.passthrough());
        if (!provider.isConfigured()) {
            variables.put(ModelProvider.PROVIDER, "echo");
            notices.add(
                    "No model provider is configured, so engines only echo (LLM_PROVIDER=echo): set ANTHROPIC_API_KEY "
                            + "or OPENAI_API_KEY, and start again, for real answers.");
        }
    }

    /** An empty variable counts as not set. */
    private static void setDefault(Map<String, String> variables, String name, String value) {
        if (!isSet(variables, name)) {
            variables.put(name, value);
        }
    }

    private static boolean isSet(Map<String, String> variables, String name) {
        return !variables.getOrDefault(name, "").isBlank();
    }

    /** The same with the key that was generated, unless the user brought one or several. */
    Map<String, String> withMasterKey(String generated) {
        Map<String, String> all = new HashMap<>(variables);
        if (!hasMasterKey()) {
            all.put(MASTER_KEY, generated);
        }
        return all;
    }

    boolean hasMasterKey() {
        return isSet(variables, MASTER_KEY) || isSet(variables, MASTER_KEYS);
    }

    /**
     * How long each part may take to stop. The worker needs most: it waits for steps under way, one of which may be the
     * stop of an engine, and then stops the engines.
     */
    Duration partsGrace() {
        String engines = variables.getOrDefault("ORCH_STOP_GRACE_S", "").strip();
        long seconds = engines.matches("[0-9]{1,4}") ? Long.parseLong(engines) : 30;
        return Duration.ofSeconds(2 * seconds + 20);
    }

    boolean hasDefaultAdminKey() {
        return DEFAULT_ADMIN_KEY.equals(variables.get(ADMIN_KEY));
    }

    @Override
    public String toString() {
        return "DevEnvironment[REDACTED]";
    }
}
