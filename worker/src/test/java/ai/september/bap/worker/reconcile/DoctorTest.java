package ai.september.bap.worker.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.OperationStarter.Attention;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class DoctorTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private Site site;
    private TestRegistry registry;

    @BeforeEach
    void open() {
        site = new Site(database);
        registry = site.registry;
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** All tables that a look could change, as text. */
    private List<String> rows() {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT e::text FROM engines e UNION ALL SELECT o::text FROM operations o
                        UNION ALL SELECT a::text FROM audit_log a ORDER BY 1""").mapTo(String.class).list());
    }

    @Test
    void itFindsEveryKindAndChangesNothing() throws Exception {
        site.backend.running(EngineId.random(), 1, null);
        site.serving(registry.stopped());
        EngineRow old = registry.running();
        site.serving(old);
        site.damage(old, "incarnation = 2");
        EngineRow otherKey = registry.running();
        site.serving(otherKey, otherKey.port(), KeyHash.of("sk-sept-another").toHex());
        EngineRow otherPort = registry.running();
        site.serving(otherPort, 9_900, otherPort.keyHash().toHex());
        EngineRow missing = registry.running();
        EngineRow stuck = registry.stopped();
        site.damage(stuck, "status = 'destroying'");
        EngineRow leaks = registry.stopped();
        site.damage(leaks, "status = 'failed', ever_ran = false");
        site.backend.addVolume(EngineId.random());
        site.backend.addVolume(site.destroyed());
        site.startRun(registry.stopped().engineId());
        site.startRun(EngineId.random());
        Operation lost = registry.begin(Verb.START, registry.stopped());
        registry.jdbi.useHandle(handle -> handle.execute("""
                UPDATE operations SET created_at = created_at - interval '1 minute' WHERE finished_at IS NULL"""));
        site.pass(Duration.ofMinutes(5));
        List<String> before = rows();
        int containers = site.backend.list().size();

        Examination examination = site.doctor().examine();

        assertThat(examination.findings()).extracting(Finding::kind).containsExactlyInAnyOrder(Kind.values());
        assertThat(examination.findings())
                .filteredOn(finding -> finding.kind() == Kind.CONTAINER_MISSING)
                .extracting(Finding::engineId)
                .containsExactly(missing.engineId());
        assertThat(examination.findings())
                .filteredOn(finding -> finding.kind() == Kind.OPERATION_WITHOUT_RUN)
                .extracting(Finding::subject)
                .containsExactly(lost.operationId().toString());
        assertThat(examination.notLookedAt()).isEmpty();
        assertThat(rows()).isEqualTo(before);
        assertThat(site.backend.list()).hasSize(containers);
        assertThat(site.backend.volumes()).hasSize(2);
        assertThat(examination.toString()).doesNotContain(missing.userId().value());
    }

    @Test
    void whatTheReconcilerLeavesIsTheOperators() throws Exception {
        EngineId unknown = EngineId.random();
        site.madeNow(site.backend.running(EngineId.random(), 1, null));
        site.backend.addVolume(unknown);
        site.serving(registry.stopped());
        site.pass(Duration.ofMinutes(5));
        assertThat(site.diagnosis()).hasSize(3);

        site.reconcile();

        assertThat(site.doctor().examine().findings())
                .singleElement()
                .matches(finding -> finding.kind().mender() == Kind.Mender.OPERATOR
                        && finding.engineId().equals(unknown));
    }

    @Test
    void whatTheRelaySettlesOrStartsAgainIsOnRecordAndAFirstStartIsNot() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        assertThat(attend(operation)).isEqualTo(Attention.STARTED);
        assertThat(attend(operation)).isEqualTo(Attention.NONE_NEEDED);
        assertThat(site.audited(operation.engineId())).isEmpty();

        run(operation).terminate("by hand");
        assertThat(attend(operation)).isEqualTo(Attention.SETTLED);

        assertThat(site.repaired(Kind.OPERATION_WITHOUT_RUN)).isEqualTo(1);
        assertThat(site.audited(operation.engineId()))
                .extracting(entry -> Map.of(
                        entry.metadata().path("operation").asText(),
                        entry.metadata().path("what").asText()))
                .containsExactly(Map.of(operation.operationId().toString(), "settled"));
    }

    @Test
    void whatTemporalHasLostIsStartedAgainAndOnRecord() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        registry.ledger.recordRun(operation.operationId(), "a-run-of-another-life");

        assertThat(attend(operation)).isEqualTo(Attention.STARTED_AGAIN);

        assertThat(site.audited(operation.engineId()))
                .extracting(entry -> entry.metadata().path("what").asText())
                .containsExactly("started again");
    }

    private Attention attend(Operation operation) {
        Operation now = registry.operation(operation.operationId());
        Attention attention = site.starter.attend(now);
        site.repairs().add(now, attention);
        return attention;
    }

    private WorkflowStub run(Operation operation) {
        return site.client().newUntypedWorkflowStub("engine/" + operation.engineId());
    }
}
