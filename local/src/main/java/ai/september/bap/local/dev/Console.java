package ai.september.bap.local.dev;

import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What the user of {@code ./bap dev} sees: plain lines, one per event, in columns. Thread-safe. */
final class Console {

    private final PrintStream out;

    Console(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println(text);
    }

    void line(String name, String text) {
        out.printf(Locale.ROOT, "  %-14s %s%n", name, text);
    }

    void up(String name, Running running, Duration took) {
        line(name, running.summary() + "  " + seconds(took));
    }

    void stopped(String name, Duration took) {
        line(name, "stopped  " + seconds(took));
    }

    void ready(Duration took, Map<String, String> facts, String firstCommand) {
        out.printf(Locale.ROOT, "%nReady after %s.%n", seconds(took));
        facts.forEach(this::line);
        out.printf(Locale.ROOT, "%nTry first:%n%n%s%n%n", firstCommand.indent(2).stripTrailing());
    }

    /** The voice of one stage; its fatal words end the run. */
    Reporter reporter(String name, StopRequest stop) {
        return new Reporter() {
            @Override
            public void progress(String what) {
                line(name, what + " ...");
            }

            @Override
            public void notice(String what) {
                line(name, what);
            }

            @Override
            public void fatal(String why) {
                line(name, why);
                stop.becauseOfFailure();
            }
        };
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
