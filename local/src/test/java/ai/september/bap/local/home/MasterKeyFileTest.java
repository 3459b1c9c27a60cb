package ai.september.bap.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyFileTest {

    @TempDir
    private Path parent;

    private BapHome home;
    private Path file;

    @BeforeEach
    void open() {
        home = BapHome.open(parent.resolve("home"));
        file = home.folder().resolve("master.key");
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void isGeneratedOnceAndForItsOwnerOnly() throws IOException {
        String key = new MasterKeyFile(home).obtain(false);

        assertThat(new MasterKeyFile(home).obtain(true)).isEqualTo(key);
        assertThat(file).hasContent(key);
        assertThat(key).hasSize(44);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void isNotReplacedWhenItIsNeeded() {
        assertBroken(true, "is missing, and without it the engine keys in the database cannot be read");
        assertThat(file).doesNotExist();
    }

    @Test
    void mustHoldAKeyWhichTheRefusalDoesNotShow() throws IOException {
        Files.writeString(file, "not-a-key-but-perhaps-half-of-one\n");

        assertBroken(true, "holds no master key");
    }

    private void assertBroken(boolean needed, String why) {
        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(() -> new MasterKeyFile(home).obtain(needed))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("half-of-one"))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.HOME_BROKEN));
    }
}
