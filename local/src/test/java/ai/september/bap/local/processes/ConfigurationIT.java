package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.ProcessMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class ConfigurationIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "api, ORCH_DATABASE_URL;ORCH_MASTER_KEY;ORCH_ADMIN_KEY;ORCH_PORT_MIN",
        "worker, ORCH_DATABASE_URL;ORCH_PORT_MIN",
        "db migrate, ORCH_DATABASE_URL;ORCH_PORT_MIN",
        "rotate-master-key, ORCH_DATABASE_URL;ORCH_MASTER_KEY;ORCH_PORT_MIN"
    })
    void eachProblemIsOneLineAndNothingElseIsSaid(String command, String variables) throws Exception {
        List<String> wrong = List.of(variables.split(";"));

        Program program = refused(Map.of("ORCH_PORT_MIN", "many"), command.split(" "));

        assertThat(program.complaints()).hasSameSizeAs(wrong).allMatch(line -> line.contains(" cannot start: "));
        assertThat(wrong)
                .allSatisfy(variable -> assertThat(program.complaints()).anyMatch(line -> line.contains(variable)));
    }

    @Test
    void aFileThatIsNotThereOrNotYamlIsNamed() throws Exception {
        Files.writeString(folder.resolve("broken.yml"), "http: [");

        assertThat(refused(Map.of(), "api", "absent.yml").complaints())
                .singleElement()
                .asString()
                .startsWith("api cannot start: absent.yml cannot be read");
        assertThat(refused(Map.of(), "worker", "broken.yml").complaints())
                .singleElement()
                .asString()
                .startsWith("worker cannot start: broken.yml is not YAML");
    }

    private Program refused(Map<String, String> variables, String... arguments) throws Exception {
        try (Program program = Program.start(folder, variables, arguments)) {
            program.awaitEnd(ProcessMain.EXIT_CONFIGURATION);
            assertThat(program.output()).isEmpty();
            return program;
        }
    }
}
