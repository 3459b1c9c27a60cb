package ai.september.bap.process;

import java.net.BindException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in one line why a process could not start, or not finish. */
public final class StartFailure {

    private static final String OURS = "ai.september.bap.";

    private StartFailure() {}

    /** The reason, for an operator who has nothing else to read. */
    public static String describe(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "a port is in use or the address is not this machine's; change ORCH_API_PORT, ORCH_ADMIN_PORT or"
                        + " ORCH_BIND_HOST, or end what uses it: " + place(failure) + ".";
            }
        }
        return oneLine(isForOperators(failure) ? String.valueOf(failure.getMessage()) : failure.toString());
    }

    /** Our own exceptions say what is wrong and what to do; of others the class is half of the message. */
    private static boolean isForOperators(Throwable failure) {
        return failure.getClass().getName().startsWith(OURS);
    }

    private static String oneLine(String message) {
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String place(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
