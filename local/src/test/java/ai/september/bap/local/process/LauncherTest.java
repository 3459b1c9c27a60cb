package ai.september.bap.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {

    private static final String PATH = System.getenv("PATH");

    @TempDir
    private Path folder;

    private long pid;

    @Test
    void givesAChildASessionOfItsOwnUnderTheSamePid() throws Exception {
        ProcStat stat = ProcStat.parse(output(Map.of("PATH", PATH), "cat /proc/$$/stat"));

        assertThat(stat.session()).isEqualTo(stat.pid()).isEqualTo(pid);
    }

    @Test
    void handsOnNoSecret() throws Exception {
        String variables =
                output(Map.of("PATH", PATH, "ORCH_MASTER_KEY", "secret", "ANTHROPIC_API_KEY", "secret"), "env");

        assertThat(variables).contains("LC_ALL=C", "PATH=").doesNotContain("secret");
    }

    @Test
    void appendsToTheLog() throws Exception {
        output(Map.of("PATH", PATH), "echo first");

        assertThat(output(Map.of("PATH", PATH), "echo second >&2")).isEqualTo("first\nsecond\n");
    }

    private String output(Map<String, String> environment, String script) throws Exception {
        Path log = folder.resolve("out.log");
        Process process = new Launcher(environment).launch(List.of("sh", "-c", script), folder, log);
        pid = process.pid();
        assertThat(process.waitFor()).isZero();
        return Files.readString(log);
    }
}
