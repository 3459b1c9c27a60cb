package ai.september.bap.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.ExitCode;
import ai.september.bap.registry.vault.MasterKey;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BapProgramTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(systemOut);
        System.setErr(systemErr);
    }

    @Test
    void keygenPrintsAMasterKeyAndNothingElse() {
        assertThat(BapProgram.execute("keygen")).isZero();

        String key = text(out).strip();
        assertThat(text(out)).isEqualTo(key + "\n");
        assertThat(MasterKey.parse(key).reveal()).isEqualTo(key);
        assertThat(text(err)).isEmpty();
    }

    @Test
    void versionPrintsWhatMavenBuilt() {
        assertThat(BapProgram.execute("version")).isZero();

        assertThat(text(out)).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*\n");
    }

    @Test
    void helpNamesEveryCommandAndEveryExitCode() {
        assertThat(BapProgram.execute("--help")).isZero();

        for (String command : BapProgram.commandLine().getSubcommands().keySet()) {
            assertThat(text(out)).containsPattern("(?m)^  " + command + " {2,}");
        }
        for (ExitCode code : ExitCode.values()) {
            assertThat(text(out)).containsPattern("(?m)^  " + code.number() + "  \\S");
        }
    }

    @Test
    void helpIsWhatComesWithoutACommand() {
        assertThat(BapProgram.execute()).isZero();

        assertThat(text(out)).startsWith("Usage: ./bap COMMAND");
    }

    @Test
    void anUnknownCommandIsRefusedInOneLine() {
        assertThat(BapProgram.execute("develop")).isEqualTo(ExitCode.INVALID_USAGE.number());

        assertThat(text(err)).isEqualTo("bap: Unmatched argument at index 0: 'develop'. See ./bap --help.\n");
        assertThat(text(out)).isEmpty();
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
