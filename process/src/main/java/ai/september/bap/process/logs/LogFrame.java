package ai.september.bap.process.logs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** What a worker sends of an engine's output, each as a line of text. A stream without an end broke off. */
public sealed interface LogFrame {

    /**
     * A line that the engine has printed, masked.
     *
     * @param at to the millisecond
     */
    record Line(Instant at, String text) implements LogFrame {

        public Line {
            requireNonNull(at, "at");
            requireNonNull(text, "text");
        }

        @Override
        public String encoded() {
            return "L" + at.toEpochMilli() + " " + text;
        }
    }

    /** Nothing was printed; the worker lives. */
    record Beat() implements LogFrame {

        @Override
        public String encoded() {
            return "B";
        }
    }

    /** Why nothing more comes. */
    enum End implements LogFrame {
        /** All that was asked for has come, or the engine's process has ended. */
        ENDED,
        /** The worker stops. */
        INTERRUPTED;

        @Override
        public String encoded() {
            return "E" + name();
        }
    }

    /** Without a line break. */
    String encoded();

    /**
     * Reads what {@link #encoded} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static LogFrame parse(String line) {
        if (line.startsWith("L")) {
            int blank = line.indexOf(' ');
            return new Line(
                    Instant.ofEpochMilli(Long.parseLong(line.substring(1, Math.max(1, blank)))),
                    line.substring(blank + 1));
        }
        if (line.startsWith("E")) {
            return End.valueOf(line.substring(1));
        }
        if (line.equals("B")) {
            return new Beat();
        }
        throw new IllegalArgumentException("a worker sent what is no frame");
    }
}
