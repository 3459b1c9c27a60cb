package ai.september.bap.registry.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {

    private static final String GOOD = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD,
                "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4",
                "cw/0x689RpI+jtRR7oE8h/eQsKImvJapLeSbXpwF4e4=",
                "  " + GOOD + "\n"
            })
    void readsEveryFormOfAKey(String text) {
        assertThat(MasterKey.parse(text).reveal()).isEqualTo(GOOD);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "   ",
                "changeme",
                "CHANGE-ME",
                "please-change-this-key",
                "<fernet key>",
                "your-fernet-key-here",
                "your_master_key",
                "replace-me",
                "xxxxxxxx",
                "...",
                "${MASTER_KEY}",
                "$(openssl rand -base64 32)",
                "$MASTER_KEY",
                "`./bap keygen`",
                "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e",
                "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4==",
                "cw_0x689RpI!jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void refusesWhatIsNoKeyWithTheRemedy(String text) {
        assertThatThrownBy(() -> MasterKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_MASTER_KEY ")
                .hasMessageEndingWith(
                        "; make one with ./bap keygen, or with docker compose run --rm --no-deps orchestrator keygen")
                .hasNoCause();
    }

    @Test
    void refusalsSayWhatIsWrong() {
        assertThatThrownBy(() -> MasterKey.parse(null)).hasMessageContaining("is not set");
        assertThatThrownBy(() -> MasterKey.parse(" ")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> MasterKey.parse("changeme")).hasMessageContaining("placeholder");
        assertThatThrownBy(() -> MasterKey.parse("$(x)")).hasMessageContaining("nothing has expanded");
        assertThatThrownBy(() -> MasterKey.parse("c2hvcnQ=")).hasMessageContaining("43 or 44 characters");
    }

    @Test
    void refusalsNeverShowTheValue() {
        assertThatThrownBy(() -> MasterKey.parse(GOOD + "x")).hasMessageNotContaining("cw_0x");
    }

    @Test
    void aGeneratedKeyIsReadBackTheSame() {
        MasterKey key = MasterKey.generate();

        assertThat(key.reveal()).hasSize(44);
        assertThat(MasterKey.parse(key.reveal())).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(MasterKey.generate()).isNotEqualTo(key);
    }

    @Test
    void itsTextIsRedacted() {
        assertThat(MasterKey.parse(GOOD)).hasToString("MasterKey[REDACTED]");
    }
}
