package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * What a container has printed by one write, as the daemon keeps it: a line of one of its streams with its line break, or
 * 16 KiB of a longer one.
 *
 * @param stream the stream's number
 */
record Message(int stream, Instant at, ByteBuffer text) {

    private static final byte BLANK = ' ';

    Message {
        requireNonNull(at, "at");
        requireNonNull(text, "text");
    }

    /** Of what the daemon sends if it is asked for times: the time, a blank, the text. */
    static Message of(int stream, ByteBuffer timeAndText) {
        ByteBuffer text = timeAndText.duplicate();
        while (text.hasRemaining() && text.get() != BLANK) {
            // On to the text.
        }
        String time = StandardCharsets.US_ASCII
                .decode(timeAndText.duplicate().limit(Math.max(timeAndText.position(), text.position() - 1)))
                .toString();
        try {
            return new Message(stream, Instant.parse(time), text);
        } catch (DateTimeException noTime) {
            return new Message(stream, Instant.now(), timeAndText);
        }
    }
}
