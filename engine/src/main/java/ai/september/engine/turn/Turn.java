package ai.september.engine.turn;

import ai.september.engine.brain.EventRow;
import ai.september.engine.brain.TurnRef;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;

/** A turn that runs, or has just ended. Thread-safe. */
public final class Turn {

    /** From here on deltas are merged, so that a long answer of tiny pieces stays small in memory. */
    private static final int FINE_EVENTS = 4_096;

    private static final int COARSE_DELTA = 512;
    private static final int MAX_ANSWER = 400_000;

    private final TurnRef ref;
    private final String message;
    private final int weight;
    private final TurnEvents events;
    private final EventLog log = new EventLog();
    private final StringBuilder answer = new StringBuilder();
    private final StringBuilder pending = new StringBuilder();
    private boolean settled;

    Turn(TurnRef ref, String message) {
        this.ref = ref;
        this.message = message;
        this.weight = utf8Length(message);
        this.events = new TurnEvents(ref.taskId(), ref.turnId());
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    public TurnRef ref() {
        return ref;
    }

    public EventLog log() {
        return log;
    }

    String message() {
        return message;
    }

    /** The bytes of the message in UTF-8, as the provider's SDK will hold it. */
    int weight() {
        return weight;
    }

    TurnEvents events() {
        return events;
    }

    synchronized String answer() {
        return answer.toString();
    }

    long nextSeq() {
        return log.size() + 1L;
    }

    void publish(EventRow event) {
        log.append(event);
    }

    /** Takes a piece of the answer; refused once the turn was ended by another. */
    synchronized void text(String delta) {
        if (settled) {
            throw new EngineException(ErrorCode.TURN_INTERRUPTED, "The turn has ended; send the message again.");
        }
        if (answer.length() + delta.length() > MAX_ANSWER) {
            throw new EngineException(
                    ErrorCode.ANSWER_TOO_LONG, "The answer exceeds " + MAX_ANSWER + " characters; ask for less.");
        }
        answer.append(delta);
        pending.append(delta);
        if (!pending.isEmpty() && (log.size() < FINE_EVENTS || pending.length() >= COARSE_DELTA)) {
            flushText();
        }
    }

    synchronized void flushText() {
        if (!pending.isEmpty()) {
            log.append(events.text(nextSeq(), pending.toString()));
            pending.setLength(0);
        }
    }

    /** True for the one caller that may end this turn. */
    synchronized boolean settle() {
        boolean first = !settled;
        settled = true;
        return first;
    }
}
