package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputMaskTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    private final OutputMask mask = new OutputMask(Map.of(
            "ONE", "hunter2-hunter2", "TWO", "hunter2-hunter2-and-more", "LLM_PROVIDER", "echo", "MODEL", "tiny"));

    @Test
    void valuesThatWereHandedOnAreMaskedWhole() {
        assertThat(mask.mask("key=hunter2-hunter2-and-more;old=hunter2-hunter2;provider=echo"))
                .isEqualTo("key=[REDACTED];old=[REDACTED];provider=echo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LLM_API_KEY", "GITHUB_TOKEN", "CLIENT_SECRET", "DB_PASSWORD", "KEYS", "llm_api_key"})
    void aShortValueIsMaskedWhereItsNameSaysThatItIsASecret(String name) {
        OutputMask mask = new OutputMask(Map.of(name, "s3cr3t", "LLM_MODEL", "s3cr3ts"));

        assertThat(mask.mask("refused: s3cr3t")).isEqualTo("refused: [REDACTED]");
    }

    @Test
    void aSecretOfAFewCharactersStaysBecauseItStandsInEveryWord() {
        assertThat(new OutputMask(Map.of("LLM_API_KEY", "no")).mask("no model")).isEqualTo("no model");
    }

    @Test
    void theLineBreakThatAValueCameWithHidesItFromNobody() {
        OutputMask mask = new OutputMask(Map.of("LLM_API_KEY", "hunter2-hunter2\r\n"));

        assertThat(mask.mask("key=hunter2-hunter2;")).isEqualTo("key=[REDACTED];");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-sept-AbC_12-xyz",
                "pk-sept-AbC_12-xyz",
                "sk-ant-api03-AbCdEf",
                "sk-proj-AbCdEf123",
                "AIzaSyA1234567890_abcdefghijk",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
            })
    void keysAndHashesAreMaskedWhereverTheyStand(String key) {
        for (String text : List.of("%s", "KEY=%s", "\"%s\"", "line\\n%s", "my_%s", "(%s)", "a %s b", "hash:%s\nnext")) {
            assertThat(mask.mask(text.formatted(key))).isEqualTo(text.formatted("[REDACTED]"));
        }
    }

    @Test
    void ordinaryWordsStay() {
        String text = "risk-assessment of task-runner at desk-12345678, commit 0123456789abcdef";

        assertThat(mask.mask(text)).isEqualTo(text);
    }

    @Test
    void aKeyWithControlCharactersInItIsMaskedAllTheSame() {
        assertThat(mask.mask("hunter2\u0000-hunter2 sk-sept\u0007-AbC12345 " + HEX.substring(0, 20) + "\u001b"
                        + HEX.substring(20)))
                .doesNotContain("hunter2", "AbC12345", HEX.substring(20));
    }

    @Test
    void controlCharactersGoButNotLinesAndTabs() {
        assertThat(mask.mask("\u001b[31mred\u0000\r\n\tnext\u0085\ud800!")).isEqualTo("[31mred\n\tnext!");
    }

    @Test
    void onlyTheEndIsKeptInWholeCharacters() {
        String kept = mask.mask("first\n" + "é✓🙂".repeat(2000) + "last");

        assertThat(kept.getBytes(StandardCharsets.UTF_8).length)
                .isBetween(OutputMask.MAX_BYTES - 3, OutputMask.MAX_BYTES);
        assertThat(kept).endsWith("🙂last").doesNotContain("first", "\ufffd");
    }

    @Test
    void whatIsShortStaysWhole() {
        assertThat(mask.mask("  cannot open catalog\n")).isEqualTo("cannot open catalog");
        assertThat(mask.mask("")).isEmpty();
    }
}
