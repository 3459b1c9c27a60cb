package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsTest {

    @RegisterExtension
    final TestDatabase db = TestDatabase.empty();

    @Test
    void anEmptyDatabaseIsMigrated() {
        Migrations migrations = migrations("two");
        assertThat(migrations.pending()).containsExactly("001", "002");
        assertThat(migrations.applied()).isFalse();

        migrations.migrate();

        assertThat(migrations.pending()).isEmpty();
        assertThat(migrations.applied()).isTrue();
        assertThat(tables()).contains("product");
    }

    @Test
    void theProgramsOwnMigrationsApply() {
        Migrations migrations = new Migrations(db.dataSource());

        migrations.migrate();

        assertThat(migrations.applied()).isTrue();
        assertThat(tables()).contains("products", "engines", "operations", "audit_log");
    }

    @Test
    void aMigratedDatabaseIsLeftAlone() {
        migrations("two").migrate();
        List<String> before = history();

        migrations("two").migrate();

        assertThat(history()).isEqualTo(before).hasSize(2);
    }

    @Test
    void anOlderDatabaseGetsWhatIsMissing() {
        migrations("one").migrate();

        migrations("two").migrate();

        assertThat(history()).hasSize(2);
    }

    @Test
    void processesThatStartAtOnceMigrateOnce() throws Exception {
        int processes = 4;
        CountDownLatch start = new CountDownLatch(processes);
        ExecutorService threads = Executors.newFixedThreadPool(processes);
        try {
            List<Future<?>> runs = IntStream.range(0, processes)
                    .<Future<?>>mapToObj(process -> threads.submit(() -> migrateTogether(start)))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(history()).hasSize(2);
    }

    private void migrateTogether(CountDownLatch start) {
        Migrations migrations = migrations("two");
        start.countDown();
        try {
            start.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        migrations.migrate();
    }

    @Test
    void aDatabaseNewerThanTheProgramIsRefused() {
        migrations("two").migrate();

        assertThatThrownBy(() -> migrations("one").migrate())
                .isInstanceOf(DatabaseTooNewException.class)
                .hasMessage("the database is at version 002, this program knows versions up to 001; "
                        + "run the newer release again, or restore a backup from before its migration");
    }

    @Test
    void aNewerDatabaseHasEveryMigrationOfAnOlderProgram() {
        migrations("two").migrate();

        assertThat(migrations("one").applied()).isTrue();
    }

    @Test
    void anEditedMigrationIsRefused() {
        migrations("one").migrate();

        assertThatThrownBy(() -> migrations("edited").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("is not the one this program has")
                .hasMessageContaining("001")
                .hasMessageContaining("run the release that made it");
    }

    @Test
    void aFailingMigrationLeavesNothingHalfDone() {
        assertThatThrownBy(() -> migrations("broken").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V002__fail.sql")
                .hasMessageContaining("nowhere");

        assertThat(tables()).contains("product").doesNotContain("half_done");
        assertThat(migrations("broken").pending()).containsExactly("002");
    }

    @Test
    void aDatabaseThatIsAwayIsNeitherReachableNorMigrated() {
        Migrations migrations = migrations("two");
        migrations.migrate();

        db.cutOff();

        assertThat(migrations.isReachable()).isFalse();
        assertThat(migrations.connectionProblem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("not currently accepting connections"));
        assertThat(migrations.applied()).isFalse();
        assertThatThrownBy(migrations::pending).isInstanceOf(MigrationException.class);
    }

    @Test
    void aDatabaseThatIsThereIsReachable() {
        assertThat(migrations("two").isReachable()).isTrue();
    }

    private Migrations migrations(String set) {
        return new Migrations(db.dataSource(), "classpath:ai/september/bap/registry/database/" + set);
    }

    private List<String> tables() {
        return strings("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    }

    private List<String> history() {
        return strings("SELECT version || ' ' || installed_on FROM flyway_schema_history ORDER BY installed_rank");
    }

    private List<String> strings(String sql) {
        return Jdbi.create(db.dataSource())
                .withHandle(
                        handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
