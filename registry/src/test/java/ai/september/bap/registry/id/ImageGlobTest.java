package ai.september.bap.registry.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageGlobTest {

    @ParameterizedTest
    @CsvSource({
        "engine:2.*, engine:2.",
        "engine:2.*, engine:2.7-beta",
        "x?/engine:3, xy/engine:3",
        "*, a",
        "a*b*c, aXbYbZc",
        "a**, a",
        "*:1, x:1"
    })
    void whatIsMeant(String glob, String image) {
        assertThat(new ImageGlob(glob).matches(new ImageRef(image))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "engine:2.*, engine:1",
        "engine:2.*, engine:2x1",
        "engine:2.*, a/engine:2.1",
        "x?/engine:3, x/engine:3",
        "a?, a",
        "a*b, abX",
        "a, aa",
        "'', a"
    })
    void whatIsNot(String glob, String image) {
        assertThat(!glob.isEmpty() && new ImageGlob(glob).matches(new ImageRef(image)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "[a]", "ä"})
    void illegalOnesAreRefused(String glob) {
        assertThatThrownBy(() -> new ImageGlob(glob)).hasMessageContaining("september-engine:2.*");
    }

    @Test
    void manyStarsAreNoTrouble() {
        ImageGlob glob = new ImageGlob("*a".repeat(120) + "b");

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(glob.matches(new ImageRef("a".repeat(255)))).isFalse());
    }
}
