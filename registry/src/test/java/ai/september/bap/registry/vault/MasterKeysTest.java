package ai.september.bap.registry.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeysTest {

    private static final String ONE = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    private static final String OTHER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @Test
    void readsOneOrSeveralInTheirOrder() {
        assertThat(MasterKeys.parse(ONE, null)).isEqualTo(MasterKeys.of(MasterKey.parse(ONE)));
        assertThat(MasterKeys.parse(null, ONE)).isEqualTo(MasterKeys.of(MasterKey.parse(ONE)));
        assertThat(MasterKeys.parse(null, OTHER + " , " + ONE))
                .isEqualTo(MasterKeys.of(MasterKey.parse(OTHER), MasterKey.parse(ONE)))
                .isNotEqualTo(MasterKeys.of(MasterKey.parse(ONE), MasterKey.parse(OTHER)));
    }

    @Test
    void withNoneTheSingleVariableIsAskedFor() {
        assertThatThrownBy(() -> MasterKeys.parse(null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_MASTER_KEY is not set; make one with ./bap keygen");
    }

    @Test
    void bothVariablesAtOnceAreRefused() {
        assertThatThrownBy(() -> MasterKeys.parse(ONE, OTHER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_MASTER_KEYS and ORCH_MASTER_KEY are both set; put all keys into")
                .hasMessageNotContainingAny(ONE, OTHER);
    }

    /** The same key with and without its padding is the same key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ONE,
                "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4",
                "cw/0x689RpI+jtRR7oE8h/eQsKImvJapLeSbXpwF4e4="
            })
    void aKeyThatIsThereTwiceIsRefused(String again) {
        assertThatThrownBy(() -> MasterKeys.parse(null, ONE + "," + OTHER + "," + again))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ORCH_MASTER_KEYS holds the same key twice; name each key once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "changeme", "$NEW", "too-short"})
    void aKeyThatIsNoneIsToldByItsNumber(String wrong) {
        assertThatThrownBy(() -> MasterKeys.parse(null, ONE + "," + wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_MASTER_KEYS (key 2) ")
                .hasMessageContaining("keygen")
                .hasMessageNotContaining(ONE);
    }

    @Test
    void theirTextIsRedacted() {
        assertThat(MasterKeys.parse(null, ONE + "," + OTHER)).hasToString("MasterKeys[2 REDACTED]");
    }
}
