package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainAnswersTest {

    @Test
    void whoWritesAnAnswerIsToldOfNoAnnotations() {
        assertThat(ProbeServer.get("/annotations").body()).isEqualTo("0");
    }
}
