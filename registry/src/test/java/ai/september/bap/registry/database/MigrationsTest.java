package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
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
        together(List.of(migrations("two"), migrations("two"), migrations("two"), migrations("two")));

        assertThat(history()).hasSize(2);
    }

    private static void together(List<Migrations> processes) throws Exception {
        CountDownLatch start = new CountDownLatch(processes.size());
        ExecutorService threads = Executors.newFixedThreadPool(processes.size());
        try {
            List<Future<?>> runs = processes.stream()
                    .<Future<?>>map(process -> threads.submit(() -> migrateTogether(process, start)))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void migrateTogether(Migrations process, CountDownLatch start) {
        start.countDown();
        try {
            start.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        process.migrate();
    }

    @Test
    void aNewerDatabaseThatStatesNothingIsRefused() {
        migrations("two").migrate();

        assertRefused(migrations("one"), "002", "002", "001");
    }

    @Test
    void aNewerDatabaseThatOnlyAddedIsAccepted() {
        migrations("stated", "additive").migrate();
        List<String> before = history();
        Migrations older = migrations("stated");

        older.migrate();

        assertThat(older.applied()).isTrue();
        assertThat(older.pending()).isEmpty();
        assertThat(history()).isEqualTo(before);
    }

    @Test
    void anOlderReplicaRestartsBesideANewerOne() {
        Migrations older = migrations("stated");
        older.migrate();
        Migrations newer = migrations("stated", "additive");
        newer.migrate();

        assertThat(older.applied()).as("it goes on").isTrue();
        migrations("stated").migrate();

        assertThat(newer.applied()).isTrue();
        assertThat(newer.pending()).isEmpty();
    }

    @Test
    void aMigrationThatBreaksSaysWhoMayStillWork() {
        migrations("stated", "additive", "breaking").migrate();

        migrations("stated", "additive").migrate();
        assertThat(migrations("stated", "additive").applied()).isTrue();

        assertRefused(migrations("stated"), "003", "002", "001");
        assertThat(migrations("stated").applied()).as("nor does it go on").isFalse();
    }

    @Test
    void programsOfTwoVersionsMigrateAnEmptyDatabaseAtOnce() throws Exception {
        together(List.of(
                migrations("stated"),
                migrations("stated", "additive"),
                migrations("stated"),
                migrations("stated", "additive")));

        assertThat(history()).hasSize(2);
    }

    @Test
    void anEditedMigrationIsRefusedInANewerDatabase() {
        migrations("stated", "additive").migrate();

        assertThatThrownBy(() -> migrations("edited").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("001");
    }

    @Test
    void theProgramsOwnDatabaseIsForTheProgram() {
        Migrations migrations = new Migrations(db.dataSource());
        migrations.migrate();

        List<String> from = strings("SELECT compatible_from FROM compatibility");

        assertThat(strings("SELECT max(version) FROM flyway_schema_history"))
                .singleElement()
                .asString()
                .isGreaterThanOrEqualTo(from.get(0));
    }

    private static void assertRefused(Migrations program, String installed, String from, String known) {
        assertThatThrownBy(program::migrate)
                .isInstanceOf(DatabaseTooNewException.class)
                .hasMessage("the database is at version " + installed + " and works with programs that know version "
                        + from + ", this program knows versions up to " + known
                        + "; run the newer release again, or restore a backup from before its migration");
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

    /** A program with the migrations of these folders. */
    private Migrations migrations(String... sets) {
        String[] locations = Stream.of(sets)
                .map(set -> "classpath:ai/september/bap/registry/database/" + set)
                .toArray(String[]::new);
        return new Migrations(db.dataSource(), locations);
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
