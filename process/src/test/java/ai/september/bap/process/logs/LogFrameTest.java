package ai.september.bap.process.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogFrameTest {

    private static final Instant TIME = Instant.parse("2026-04-27T09:30:00.123Z");

    @Test
    void whatIsSaidIsWhatIsHeard() {
        for (LogFrame frame : List.of(
                new LogFrame.Line(TIME, "  two  words\tand 🙂"),
                new LogFrame.Line(Instant.EPOCH, ""),
                new LogFrame.Line(TIME, "E is for end"),
                new LogFrame.Beat(),
                LogFrame.End.ENDED,
                LogFrame.End.INTERRUPTED)) {
            assertThat(LogFrame.parse(frame.encoded())).isEqualTo(frame);
            assertThat(frame.encoded()).doesNotContain("\n");
        }
    }

    @Test
    void whatIsNoFrameIsRefused() {
        for (String line : List.of("", "L", "L ", "Lx text", "E", "Esomething", "<html>", "B ")) {
            assertThatIllegalArgumentException().as(line).isThrownBy(() -> LogFrame.parse(line));
        }
    }

    private static LogQuery parsed(String pathAndQuery) {
        URI uri = URI.create(pathAndQuery);
        assertThat(uri.getPath()).isEqualTo(LogQuery.PATH);
        Map<String, @Nullable String> parameters = new HashMap<>();
        Arrays.stream(uri.getQuery().split("&", -1))
                .forEach(one -> parameters.put(one.split("=", 2)[0], one.split("=", 2)[1]));
        return LogQuery.parse(parameters::get);
    }

    @Test
    void aQuestionIsTheSameAtTheOtherEnd() {
        for (LogQuery query : List.of(
                new LogQuery(0, null, true),
                new LogQuery(LogQuery.MOST_LINES, TIME, false),
                new LogQuery(1, Instant.parse("0001-01-01T00:00:00Z"), true),
                new LogQuery(1, Instant.parse("9999-12-31T23:59:59.999Z"), true))) {
            assertThat(parsed(query.pathAndQuery())).isEqualTo(query);
        }
    }

    @Test
    void aStrangeQuestionIsRefused() {
        for (String query : List.of(
                "?a=b",
                "?tail=-1",
                "?tail=1001",
                "?tail=x",
                "?tail=4294967296",
                "?tail=1&since=now",
                "?tail=&follow=true")) {
            assertThatIllegalArgumentException().as(query).isThrownBy(() -> parsed(LogQuery.PATH + query));
        }
    }
}
