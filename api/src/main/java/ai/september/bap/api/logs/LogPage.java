package ai.september.bap.api.logs;

import static java.util.Objects.requireNonNull;

import ai.september.bap.process.logs.LogFrame;
import ai.september.bap.registry.id.EngineId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** What an engine has printed last. */
@Schema(name = "EngineLog")
public record LogPage(EngineId engineId, List<Line> lines) {

    public LogPage {
        requireNonNull(engineId, "engineId");
        lines = List.copyOf(lines);
    }

    /**
     * A line of it.
     *
     * @param text masked
     */
    @Schema(name = "EngineLogLine")
    public record Line(Instant timestamp, String text) {

        public Line {
            requireNonNull(timestamp, "timestamp");
            requireNonNull(text, "text");
        }

        static Line of(LogFrame.Line frame) {
            return new Line(frame.at(), frame.text());
        }
    }
}
