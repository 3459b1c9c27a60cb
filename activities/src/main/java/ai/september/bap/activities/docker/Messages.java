package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.LineAssembler;
import ai.september.bap.activities.container.OutputLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes lines of the daemon's messages. Not thread-safe. */
final class Messages {

    private final Map<Integer, LineAssembler> streams = new HashMap<>();
    private final boolean mayBeCut;
    private int unshown;

    /**
     * @param unshown the lines of so many messages at the beginning are not shown
     * @param mayBeCut whether a stream may begin there with the rest of a line
     */
    Messages(int unshown, boolean mayBeCut) {
        this.unshown = unshown;
        this.mayBeCut = mayBeCut;
    }

    /** The lines that it completes. */
    List<OutputLine> add(Message message) {
        boolean shown = unshown == 0;
        unshown -= shown ? 0 : 1;
        List<OutputLine> lines = streams.computeIfAbsent(message.stream(), stream -> begun(shown))
                .add(message.at(), message.text());
        return shown ? lines : List.of();
    }

    private LineAssembler begun(boolean shown) {
        LineAssembler stream = new LineAssembler();
        if (mayBeCut && !shown) {
            stream.skipLine();
        }
        return stream;
    }

    /** Lines that have no end, and will get none. */
    List<OutputLine> finish() {
        List<OutputLine> last = new ArrayList<>();
        streams.values().forEach(stream -> last.addAll(stream.finish()));
        return last;
    }
}
