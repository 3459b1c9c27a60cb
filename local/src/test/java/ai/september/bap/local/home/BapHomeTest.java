package ai.september.bap.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.process.ForkedJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BapHomeTest {

    @TempDir
    private Path parent;

    @Test
    void isCreatedForItsOwnerOnly() throws IOException {
        try (BapHome home = BapHome.open(parent.resolve("a/b c"))) {
            assertThat(mode(home.folder())).isEqualTo("rwx------");
            assertThat(home.log("postgres").getParent()).isDirectory();
        }
    }

    @Test
    void canBeTakenAgainAfterItWasClosed() {
        BapHome.open(parent.resolve("home")).close();

        BapHome.open(parent.resolve("home")).close();
    }

    @Test
    void isHeldByOneLiveProcessWhichTheRefusalNames() throws Exception {
        Path folder = parent.resolve("home");
        try (ForkedJvm other = ForkedJvm.of(HomeInAnotherJvm.class, folder.toString())) {
            String pid = other.line();

            assertRefused(folder, ExitCode.HOME_IN_USE, "in use by another ./bap dev (pid " + pid + ")");
        }
        BapHome.open(folder).close();
    }

    @Test
    void isHeldAgainstTheSameProcessToo() {
        try (BapHome held = BapHome.open(parent.resolve("home"))) {
            assertRefused(held.folder(), ExitCode.HOME_IN_USE, "in use by another ./bap dev");
        }
    }

    @Test
    void ofANewerVersionIsRefusedAndLeftAlone() throws IOException {
        Path folder = withVersion("2");

        assertRefused(folder, ExitCode.HOME_TOO_NEW, "written by a newer bap-engine (layout 2, this one knows 1)");
        assertThat(folder.resolve("logs")).doesNotExist();
    }

    @Test
    void withAGarbledVersionIsRefused() throws IOException {
        assertRefused(withVersion("one"), ExitCode.HOME_BROKEN, "layout-version holds no number");
    }

    @Test
    void isNeverAFolderThatHoldsOtherThings() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("documents"));
        Files.writeString(folder.resolve("thesis.txt"), "years of work");

        assertRefused(folder, ExitCode.HOME_BROKEN, "holds other things");
    }

    @Test
    void leavesTheLockFileOfAForeignFolderAsItIs() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("documents"));
        Path lock = Files.writeString(folder.resolve("lock"), "of somebody else\n");

        assertRefused(folder, ExitCode.HOME_BROKEN, "holds other things");
        Files.writeString(folder.resolve("thesis.txt"), "");
        assertRefused(folder, ExitCode.HOME_BROKEN, "holds other things");

        assertThat(lock).hasContent("of somebody else");
    }

    @Test
    void canBeTakenOverFromAStartThatWasCutShort() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("home"));
        Files.writeString(folder.resolve("lock"), "4711\n");
        Files.writeString(folder.resolve("layout-version.new"), "");

        BapHome.open(folder).close();

        assertThat(folder.resolve("layout-version")).hasContent("1");
    }

    @Test
    void isNoFile() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertRefused(file, ExitCode.HOME_BROKEN, "Cannot use the state folder " + file);
    }

    @Test
    void putsLargeLogsAside() throws IOException {
        Path log;
        try (BapHome home = BapHome.open(parent.resolve("home"))) {
            log = home.log("temporal");
            try (RandomAccessFile large = new RandomAccessFile(log.toFile(), "rw")) {
                large.setLength(Logs.LARGE + 1);
            }
        }

        BapHome.open(parent.resolve("home")).close();

        assertThat(log).doesNotExist();
        assertThat(log.resolveSibling("temporal.log.1")).hasSize(Logs.LARGE + 1);
    }

    private Path withVersion(String version) throws IOException {
        Path folder = Files.createDirectory(parent.resolve("home"));
        Files.writeString(folder.resolve("layout-version"), version + "\n");
        return folder;
    }

    private static void assertRefused(Path folder, ExitCode code, String why) {
        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(() -> BapHome.open(folder))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(code));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
