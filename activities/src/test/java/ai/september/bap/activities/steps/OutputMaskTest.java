package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.OutputLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

    private static String ofCut(OutputMask mask, String text) {
        return mask.mask(new OutputLine(Instant.EPOCH, text, true));
    }

    /** Whatever the place of the key, and wherever the line is cut within it. */
    @Test
    void aLineThatIsCutNeverShowsTheBeginningOfAKey() {
        int most = OutputLine.SHOWN_BYTES + OutputLine.SPARE_BYTES;
        for (String key : List.of("hunter2-hunter2-and-more", "sk-ant-api03-AbCdEfGhIjKl", HEX)) {
            for (int shown = 0; shown <= key.length(); shown++) {
                String text = "x ".repeat(most / 2).substring(0, most - shown) + key.substring(0, shown);

                assertThat(ofCut(mask, text)).matches("(x )+x?.{0,12} \\[cut]").doesNotContain("h", "s", "0");
            }
            String inside = "x ".repeat(4000) + key + " x".repeat(most / 2 - 4000);
            assertThat(ofCut(mask, inside)).contains(" [REDACTED] ").doesNotContain(key);
        }
    }

    @Test
    void aLineThatIsCutShowsNoHalfOfALongerSecretThanMost() {
        String longest = "0123456789 ".repeat(1000);
        String text = ofCut(
                new OutputMask(Map.of("PEM_KEY", longest)),
                "x ".repeat(7000) + longest.substring(0, 2 * OutputLine.SPARE_BYTES));

        assertThat(text).endsWith(" [cut]").doesNotContain("0123456789");
    }

    @Test
    void aLineOfASecretOfSeveralIsMasked() {
        OutputMask mask = new OutputMask(Map.of("PEM_KEY", "-----BEGIN-----\nMIIEvQIBADANBg\n-----END-----\n"));

        assertThat(mask.mask(new OutputLine(Instant.EPOCH, "  \tpem: MIIEvQIBADANBg.", false)))
                .isEqualTo("  \tpem: [REDACTED].");
    }
}
