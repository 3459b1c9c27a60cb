package ai.september.bap.local.dev;

import ai.september.bap.local.process.LoopbackPort;
import java.util.Map;
import java.util.Random;

/** Ports for a {@code ./bap dev} of a test, below those that the system hands out for connections meanwhile. */
final class FreePorts {

    private static final Random RANDOM = new Random();
    private static final int FROM = 20_000;
    private static final int TO = 32_000;

    private FreePorts() {}

    static void choose(Map<String, String> environment) {
        int api = RANDOM.nextInt(FROM, TO);
        while (!isFree(api, 3)) {
            api = RANDOM.nextInt(FROM, TO);
        }
        environment.put("ORCH_API_PORT", Integer.toString(api));
        environment.put("ORCH_ADMIN_PORT", Integer.toString(api + 1));
    }

    private static boolean isFree(int first, int many) {
        for (int port = first; port < first + many; port++) {
            if (!LoopbackPort.isFree(port)) {
                return false;
            }
        }
        return true;
    }
}
