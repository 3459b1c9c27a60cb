package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import java.time.Duration;
import java.util.List;

/** Lines that were read already, once. */
final class ReadOutput implements OutputFeed {

    private List<OutputLine> lines;

    ReadOutput(List<OutputLine> lines) {
        this.lines = List.copyOf(lines);
    }

    @Override
    public List<OutputLine> next(Duration patience) {
        List<OutputLine> all = lines;
        lines = List.of();
        return all;
    }

    @Override
    public boolean isOver() {
        return lines.isEmpty();
    }

    @Override
    public void close() {}
}
