package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.util.Collection;

/**
 * Signals by the shell's own {@code kill}: the JDK knows neither process groups nor SIGSTOP. Whoever calls has made sure,
 * just before, that the receiver is the one meant.
 */
final class Signals {

    private Signals() {}

    /** SIGTERM, also to processes that are frozen: they get it as they are thawed. */
    static void terminateGroup(long group) throws IOException, InterruptedException {
        send("TERM CONT", "-" + group);
    }

    /** SIGKILL; whether the group had any member, be it a zombie. */
    static boolean killGroup(long group) throws IOException, InterruptedException {
        return send("KILL", "-" + group);
    }

    static void freezeGroup(long group) throws IOException, InterruptedException {
        send("STOP", "-" + group);
    }

    static void thawGroup(long group) throws IOException, InterruptedException {
        send("CONT", "-" + group);
    }

    static void kill(Collection<Long> pids) throws IOException, InterruptedException {
        for (long pid : pids) {
            send("KILL", Long.toString(pid));
        }
    }

    private static boolean send(String signals, String receiver) throws IOException, InterruptedException {
        return Shell.run("for s in $1; do kill -s \"$s\" -- \"$2\" || exit 1; done", signals, receiver) == 0;
    }
}
