package ai.september.bap.local.dev;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.local.process.PortHolder;
import java.util.Map;

/**
 * The ports that {@code ./bap dev} listens on under numbers its user knows.
 *
 * @param api of the HTTP API
 * @param apiAdmin of the API's metrics and health checks
 * @param workerAdmin of the worker's
 */
record DevPorts(int api, int apiAdmin, int workerAdmin) {

    static final String API = "ORCH_API_PORT";
    static final String ADMIN = "ORCH_ADMIN_PORT";

    /** Both processes' admin ports are in one JVM here: the worker's is the API's plus one. */
    static DevPorts of(Map<String, String> environment) {
        int api = port(environment, API, 8000);
        int apiAdmin = port(environment, ADMIN, 8081);
        if (api == apiAdmin || api == apiAdmin + 1) {
            throw new LocalException(
                    ExitCode.INVALID_USAGE,
                    API + " is " + api + " and " + ADMIN + " is " + apiAdmin + ", which takes " + apiAdmin + " and "
                            + (apiAdmin + 1) + ": set one of them to another port.");
        }
        return new DevPorts(api, apiAdmin, apiAdmin + 1);
    }

    private static int port(Map<String, String> environment, String variable, int usual) {
        String value = environment.getOrDefault(variable, "").strip();
        if (value.isEmpty()) {
            return usual;
        }
        if (!value.matches("[1-9][0-9]{0,4}") || Integer.parseInt(value) > 65_534) {
            throw new LocalException(
                    ExitCode.INVALID_USAGE,
                    variable + " must be a port number from 1 to 65534, for example " + usual + ".");
        }
        return Integer.parseInt(value);
    }

    /** Refuses a start that would fail half-way, saying who is in the way. */
    void requireFree() {
        requireFree(api, API);
        requireFree(apiAdmin, ADMIN);
        requireFree(workerAdmin, ADMIN + " plus one");
    }

    private static void requireFree(int port, String variable) {
        if (!LoopbackPort.isFree(port)) {
            String holder = PortHolder.of(port).map(PortHolder::toString).orElse("a process that this user cannot see");
            throw new LocalException(
                    ExitCode.PORT_IN_USE,
                    "Port " + port + " (" + variable + ") is in use by " + holder
                            + ": stop it, or set the variable to another port.");
        }
    }
}
