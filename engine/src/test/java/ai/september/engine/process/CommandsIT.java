package ai.september.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.testing.EngineProcess;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands, their exit codes and the one line that says why. */
class CommandsIT {

    @TempDir
    Path folder;

    private Map<String, String> environment;

    @BeforeEach
    void environment() {
        environment = EngineProcess.environment(folder);
    }

    @Test
    void migrateMakesABrainAndThenLeavesItAlone() throws Exception {
        environment.put(
                "SQLITE_DB_PATH", folder.resolve("deep/down/brain.sqlite").toString());
        assertRun(0, "brain migrated to version 2", "migrate");
        assertRun(0, "brain already at version 2", "migrate");
    }

    @Test
    void migrateNeedsNothingButThePath() throws Exception {
        environment.keySet().retainAll(Set.of("SQLITE_DB_PATH"));
        assertRun(0, "brain migrated to version 2", "migrate");
    }

    @Test
    void aMigratedBrainIsInWalModeAndOneFile() throws Exception {
        assertRun(0, "migrated", "migrate");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(EngineProcess.brain(folder));
        }
        assertThat(sql("PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void serveWithoutABrainAsksForMigration() throws Exception {
        assertRun(76, "MIGRATION_REQUIRED", "serve");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void serveOnAnOlderBrainAsksForMigration() throws Exception {
        assertRun(0, "migrated", "migrate");
        sql("PRAGMA user_version = 1");
        assertRun(76, "MIGRATION_REQUIRED", "serve");
    }

    @ParameterizedTest
    @CsvSource({"serve", "migrate"})
    void aNewerBrainIsLeftAlone(String command) throws Exception {
        assertRun(0, "migrated", "migrate");
        sql("PRAGMA user_version = 999");
        assertRun(76, "MIGRATION_REQUIRED", command);
        assertThat(sql("PRAGMA user_version")).isEqualTo("999");
    }

    @ParameterizedTest
    @CsvSource({"serve", "migrate"})
    void aFileThatIsNoBrainIsSaid(String command) throws Exception {
        Files.writeString(EngineProcess.brain(folder), "not a database".repeat(100));
        assertRun(74, "SQLITE_DB_PATH", command);
    }

    @Test
    void oneBrainHasOneEngine() throws Exception {
        try (EngineProcess first = EngineProcess.serve(environment)) {
            assertRun(75, "another engine", "serve");
            assertThat(first.client().health().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTakenPortIsSaid() throws Exception {
        assertRun(0, "migrated", "migrate");
        try (ServerSocket taken = new ServerSocket(0)) {
            environment.put("ENGINE_HOST", "0.0.0.0");
            environment.put("ENGINE_PORT", Integer.toString(taken.getLocalPort()));
            assertRun(69, "ENGINE_PORT", "serve");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ENGINE_KEY_HASH, ''",
        "ENGINE_KEY_HASH, ABCDEF",
        "ENGINE_PORT, 70000",
        "ENGINE_PORT, eighty",
        "ENGINE_HEARTBEAT_S, 0",
        "LLM_PROVIDER, ''",
        "LLM_PROVIDER, gemini",
        "LLM_BASE_URL, ftp://x",
        "LLM_MODEL, some-model"
    })
    void aWrongVariableIsNamed(String variable, String value) throws Exception {
        environment.put(variable, value);
        assertRun(78, variable, "serve");
    }

    @Test
    void aKeyIsNeverPrinted() throws Exception {
        environment.put("LLM_PROVIDER", "anthropic");
        environment.put("ANTHROPIC_API_KEY", "sk-ant-very secret");
        assertThat(assertRun(78, "ANTHROPIC_API_KEY", "serve")).doesNotContain("very", "secret");
    }

    @ParameterizedTest
    @CsvSource({"version, 0, september-engine 2.3.0", "--help, 0, Usage", "'', 64, Usage", "server, 64, Usage"})
    void theCommandsExplainThemselves(String command, int exitCode, String output) throws Exception {
        assertRun(exitCode, output, command);
    }

    private String assertRun(int exitCode, String output, String command) throws Exception {
        EngineProcess process = EngineProcess.run(EngineProcess.dist(), environment, command);
        assertThat(process.awaitExit()).as(process.output()).isEqualTo(exitCode);
        assertThat(process.output()).contains(output);
        return process.output();
    }

    private String sql(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + EngineProcess.brain(folder));
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            ResultSet row = statement.getResultSet();
            return row.next() ? row.getString(1) : "";
        }
    }
}
