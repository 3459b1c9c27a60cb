package ai.september.engine.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One line per event: time, level, text. Ids and timings only, never a key, a message, an answer or a task's name, which
 * is the client's. Thread-safe.
 */
public final class Log {

    private Log() {}

    public static void info(String text) {
        System.out.println(now() + " INFO " + text);
    }

    public static void error(String text) {
        System.err.println(now() + " ERROR " + text);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /** An exception on one line: classes and places, without messages, which may quote what must not be logged. */
    public static String trace(Throwable e) {
        StringBuilder line = new StringBuilder();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            line.append(line.isEmpty() ? "" : " caused by ")
                    .append(cause.getClass().getName());
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(6, frames.length); i++) {
                line.append(" at ").append(frames[i]);
            }
        }
        return line.toString();
    }
}
