package ai.september.bap.process;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** Says in one line why a process could not start. */
final class StartFailure {

    private StartFailure() {}

    static String describe(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "a port is in use or the address is not this machine's; change ORCH_API_PORT, ORCH_ADMIN_PORT or"
                        + " ORCH_BIND_HOST, or end what uses it: " + place(failure) + ".";
            }
        }
        return failure.toString();
    }

    private static String place(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
