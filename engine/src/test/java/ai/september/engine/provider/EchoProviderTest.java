package ai.september.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.engine.config.ConfigException;
import ai.september.engine.provider.Conversation.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoProviderTest {

    @Test
    void saysWhatWasSaidAndWhichTurnItIs() throws Exception {
        List<String> deltas = new ArrayList<>();
        Conversation conversation =
                new Conversation(Optional.of("ignored"), List.of(new Exchange("one two", "three")), "four  five\n");
        Usage usage = EchoProvider.ofModel("echo").answer(conversation, deltas::add);
        assertThat(String.join("", deltas)).isEqualTo("You said: four  five\n (turn 2 of this task)");
        assertThat(deltas).startsWith("You ", "said: ", "four ", " ");
        assertThat(usage).isEqualTo(new Usage(5, 9, 0));
    }

    @Test
    void aLongMessageIsShortenedAtACharactersEdge() throws Exception {
        StringBuilder text = new StringBuilder();
        EchoProvider.ofModel("echo-0ms")
                .answer(new Conversation(Optional.empty(), List.of(), "🙂".repeat(5_000)), text::append);
        assertThat(text.toString()).isEqualTo("You said: " + "🙂".repeat(1_000) + "… (turn 1 of this task)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo-", "echo-5", "echo-ms", "gpt", "echo-123456ms"})
    void anotherModelIsRefused(String model) {
        assertThatThrownBy(() -> EchoProvider.ofModel(model))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("LLM_MODEL: ");
    }
}
