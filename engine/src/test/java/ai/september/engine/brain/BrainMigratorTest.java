package ai.september.engine.brain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrainMigratorTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("brain.sqlite");
    }

    @Test
    void aBrainOfVersionOneKeepsItsTurns() throws Exception {
        try (Connection connection = SqliteFile.open(file);
                Statement statement = connection.createStatement();
                var script = Migrations.class.getResourceAsStream("/brain/V001__create_turns.sql")) {
            statement.executeUpdate(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            statement.executeUpdate("""
                    INSERT INTO turns (turn_id, task_id, status, message, answer, started_at, finished_at)
                    VALUES ('old', 't', 'completed', 'hello', 'hi', 'now', 'now')
                    """);
            statement.executeUpdate("PRAGMA user_version = 1");
        }
        assertThatThrownBy(() -> Brain.open(file))
                .isInstanceOf(BrainVersionException.class)
                .hasMessageContaining("MIGRATION_REQUIRED")
                .hasMessageContaining("run migrate first");
        assertThat(new BrainMigrator(file).migrate()).isTrue();
        try (Brain brain = Brain.open(file)) {
            assertThat(new TurnStore(brain).history("t", 100)).containsExactly(new CompletedTurn("hello", "hi"));
        }
    }

    @Test
    void ofManyAtOnceOneMigrates() throws Exception {
        int workers = 6;
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            for (int round = 0; round < 50; round++) {
                Path brain = folder.resolve("brain" + round + ".sqlite");
                CyclicBarrier start = new CyclicBarrier(workers);
                List<Future<Boolean>> runs = new ArrayList<>();
                for (int i = 0; i < workers; i++) {
                    runs.add(threads.submit(() -> {
                        start.await(10, TimeUnit.SECONDS);
                        return new BrainMigrator(brain).migrate();
                    }));
                }
                int migrated = 0;
                for (Future<Boolean> run : runs) {
                    migrated += run.get() ? 1 : 0;
                }
                assertThat(migrated).as("round %s", round).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aMigrationThatFailsLeavesNothing() throws Exception {
        try (Connection connection = SqliteFile.open(file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE turn_events (in_the_way TEXT)");
        }
        assertThatThrownBy(() -> new BrainMigrator(file).migrate()).isInstanceOf(SQLException.class);
        try (Connection connection = SqliteFile.open(file);
                Statement statement = connection.createStatement();
                var tables = statement.executeQuery("SELECT count(*) FROM sqlite_schema WHERE name = 'turns'")) {
            assertThat(tables.getInt(1)).isZero();
            assertThat(SqliteFile.version(connection)).isZero();
        }
    }

    @Test
    void theLockIsHeldByOne() throws Exception {
        BrainLock lock = BrainLock.acquire(file);
        lock.close();
        BrainLock.acquire(file).close();
        assertThat(Path.of(file + ".lock")).exists();
    }
}
