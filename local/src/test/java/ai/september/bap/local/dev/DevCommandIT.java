package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.process.ProcessTable;
import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged program, ended in every way. */
class DevCommandIT {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    /** One for all tests but those that need a new one: what is made once is made once. */
    @TempDir
    private static Path shared;

    @TempDir
    private Path fresh;

    private final Map<String, String> environment = new HashMap<>();
    private Path home;

    @BeforeEach
    void chooseEnvironment() throws IOException {
        useHomeIn(shared);
        environment.put("PATH", System.getenv("PATH"));
        FreePorts.choose(environment);
    }

    private void useHomeIn(Path parent) throws IOException {
        home = parent.toRealPath().resolve("a state folder");
        environment.put("BAP_HOME", home.toString());
    }

    @AfterEach
    void leaveNothingBehind() {
        children().forEach(ProcessEnd::kill);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void stopsInOrderWithExitCodeZeroAndLeavesNoProcess(String signal) throws Exception {
        environment.put("PATH", withoutTemporal());
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            dev.awaitLine("Ready after");
            dev.awaitLine("curl -X POST http://127.0.0.1:" + environment.get("ORCH_API_PORT") + "/products/register");

            dev.signal(signal);

            assertThat(dev.awaitEnd(0))
                    .contains("no program \"temporal\" on the PATH")
                    .contains("LLM_PROVIDER=echo")
                    .contains("dev-admin-key")
                    .contains(home.toString())
                    .containsSubsequence("Temporal       stopped", "PostgreSQL     stopped", "Stopped.");
            assertThat(children()).isEmpty();
        }
    }

    @Test
    void usesTheTemporalOnThePathAndShowsItsUi() throws Exception {
        Prerequisite.command("temporal");
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            assertThat(dev.awaitLine("(real server)")).contains("dev server on 127.0.0.1:");
            assertThat(dev.awaitLine("Temporal UI")).contains("http://127.0.0.1:");

            dev.signal("INT");

            dev.awaitEnd(0);
            assertThat(children()).isEmpty();
        }
    }

    @Test
    void adoptsWhatAKilledOneHasLeftAndEndsItAtItsOwnEnd() throws Exception {
        Prerequisite.command("temporal");
        try (DevProcess killed = DevProcess.start(REPOSITORY, environment)) {
            killed.awaitLine("Ready after");
        }
        List<Long> left = children().map(ProcessHandle::pid).sorted().toList();
        assertThat(left).hasSize(2);

        try (DevProcess next = DevProcess.start(REPOSITORY, environment)) {
            next.awaitLine("Ready after");
            assertThat(children().map(ProcessHandle::pid).sorted()).isEqualTo(left);
            next.signal("INT");

            assertThat(next.awaitEnd(0))
                    .contains("(embedded, durable, still running from before)")
                    .contains("(real server, still running from before)");
            assertThat(children()).isEmpty();
        }
    }

    @Test
    void aSignalWhileItStartsStopsWhatIsUp() throws Exception {
        useHomeIn(fresh);
        environment.put("PATH", withoutTemporal());
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            dev.awaitLine("creating the database");

            dev.signal("INT");

            assertThat(dev.awaitEnd(0)).contains("Stopped.");
            assertThat(children()).isEmpty();
        }
    }

    @Test
    void refusesAStateFolderThatALiveOneHolds() throws Exception {
        environment.put("PATH", withoutTemporal());
        try (DevProcess first = DevProcess.start(REPOSITORY, environment);
                DevProcess second = afterIsReady(first)) {
            assertThat(second.awaitEnd(ExitCode.HOME_IN_USE.number()))
                    .contains("in use by another ./bap dev (pid " + first.pid() + ")");
            first.signal("TERM");
            first.awaitEnd(0);
        }
    }

    private DevProcess afterIsReady(DevProcess first) throws IOException {
        first.awaitLine("Ready after");
        return DevProcess.start(REPOSITORY, environment);
    }

    @Test
    void refusesAPortInUseBeforeAnythingIsStarted() throws Exception {
        useHomeIn(fresh);
        try (ServerSocket taken = new ServerSocket(0)) {
            environment.put("ORCH_API_PORT", Integer.toString(taken.getLocalPort()));
            try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
                assertThat(dev.awaitEnd(ExitCode.PORT_IN_USE.number()))
                        .contains("Port " + taken.getLocalPort() + " (ORCH_API_PORT) is in use by java (pid "
                                + ProcessHandle.current().pid() + ")");
            }
            assertThat(home.resolve("postgres")).doesNotExist();
        }
    }

    @Test
    void refusesAWrongSettingBeforeAnythingIsStarted() throws Exception {
        useHomeIn(fresh);
        environment.put("ORCH_BOOT_TIMEOUT_S", "soon");
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            assertThat(dev.awaitEnd(ExitCode.INVALID_USAGE.number())).contains("ORCH_BOOT_TIMEOUT_S");
        }
        assertThat(home.resolve("postgres")).doesNotExist();
    }

    @Test
    void logsAsItsVariablesSay() throws Exception {
        useHomeIn(fresh);
        environment.put("ORCH_LOG_FORMAT", "json");
        Path log = home.resolve("logs/orchestrator.log");
        try (ServerSocket taken = new ServerSocket(0)) {
            environment.put("ORCH_API_PORT", Integer.toString(taken.getLocalPort()));
            try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
                dev.awaitEnd(ExitCode.PORT_IN_USE.number());
            }
            assertThat(Files.readAllLines(log))
                    .anySatisfy(line -> assertThat(line).startsWith("{").contains("\"message\":\"cannot go on\""));
            Files.delete(log);
            environment.put("ORCH_LOG_LEVEL", "ERROR");
            try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
                dev.awaitEnd(ExitCode.PORT_IN_USE.number());
            }
            assertThat(log).isEmptyFile();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TEMPORAL_ADDRESS, 127.0.0.1:%d, Temporal",
        "ORCH_DATABASE_URL, postgresql://user:hidden-word@127.0.0.1:%d/none, PostgreSQL"
    })
    void saysWhatItWaitsFor(String variable, String value, String part) throws Exception {
        environment.put("PATH", withoutTemporal());
        environment.put(variable, String.format(Locale.ROOT, value, LoopbackPort.free(0)));
        environment.put("ORCH_LOG_LEVEL", "ERROR");
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            assertThat(dev.awaitLine("waiting for " + part))
                    .matches(" *Worker +waiting for " + part + " \\(.+\\)")
                    .doesNotContain("hidden-word");

            dev.signal("INT");

            assertThat(dev.awaitEnd(0)).contains("Stopped.");
            assertThat(children()).isEmpty();
        }
    }

    @Test
    void refusesAFolderWhoseDatabaseIsForANewerVersion() throws Exception {
        try (DevSite site = new DevSite(fresh)) {
            site.start();
            site.database().execute("""
                    INSERT INTO flyway_schema_history
                        (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                    VALUES (999, '999', 'of tomorrow', 'SQL', 'V999__of_tomorrow.sql', 0, 'tomorrow', 0, true)""");
            site.database().execute("UPDATE compatibility SET compatible_from = '999'");
            site.stop();

            assertThat(site.begin().awaitEnd(ExitCode.HOME_TOO_NEW.number()))
                    .contains("bap: The state was written by a newer bap-engine (the database is at version 999");
            assertThat(site.fleet().processes()).isEmpty();
        }
    }

    @Test
    void refusesAFolderOfANewerVersion() throws Exception {
        useHomeIn(fresh);
        Files.createDirectory(home);
        Files.writeString(home.resolve("layout-version"), "99\n");
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            assertThat(dev.awaitEnd(ExitCode.HOME_TOO_NEW.number())).contains("bap: The state folder " + home);
        }
    }

    /** PostgreSQL works in its data folder, Temporal in the state folder. */
    private Stream<ProcessHandle> children() {
        return Stream.concat(
                ProcessTable.workingIn(home),
                ProcessTable.workingIn(home.resolve("postgres/data"))
                        .filter(process -> process.info()
                                .arguments()
                                .filter(arguments -> arguments.length > 1)
                                .isPresent()));
    }

    /** The path of this machine without the folders that have a {@code temporal}. */
    private static String withoutTemporal() {
        return Stream.of(System.getenv("PATH").split(":"))
                .filter(folder -> !Files.exists(Path.of(folder, "temporal")))
                .reduce((one, other) -> one + ":" + other)
                .orElseThrow();
    }
}
