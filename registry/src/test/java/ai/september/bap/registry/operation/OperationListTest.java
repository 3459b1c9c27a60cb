package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OperationListTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
    }

    private List<OperationKind> kinds(
            @Nullable EngineId engine,
            @Nullable UserId user,
            @Nullable OperationStatus status,
            @Nullable OperationKind kind) {
        return page(new OperationQuery(registry.product, engine, user, status, kind, null, null, 100)).stream()
                .map(Operation::kind)
                .toList();
    }

    private List<Operation> page(OperationQuery query) {
        return registry.jdbi.withExtension(OperationDao.class, operations -> operations.page(query));
    }

    @Test
    void filtersNarrowAndTheNewestComesFirst() {
        UserId user = registry.stoppedUser();
        UserId failed = registry.neverRanUser();
        registry.begin(Verb.START, user);
        TestRegistry.on(db).runningUser();

        assertThat(kinds(null, null, null, null))
                .containsExactly(
                        OperationKind.START, OperationKind.PROVISION, OperationKind.STOP, OperationKind.PROVISION);
        assertThat(kinds(registry.engine(user).engineId(), null, null, null))
                .containsExactly(OperationKind.START, OperationKind.STOP, OperationKind.PROVISION);
        assertThat(kinds(null, failed, null, null)).containsExactly(OperationKind.PROVISION);
        assertThat(kinds(null, null, OperationStatus.PENDING, null)).containsExactly(OperationKind.START);
        assertThat(kinds(null, null, OperationStatus.FAILED, null)).containsExactly(OperationKind.PROVISION);
        assertThat(kinds(null, user, null, OperationKind.STOP)).containsExactly(OperationKind.STOP);
    }

    @Test
    void pagesFollowEachOtherWhateverIsInsertedMeanwhile() {
        UserId user = registry.stoppedUser();
        Operation newest = page(new OperationQuery(registry.product, null, null, null, null, null, null, 1))
                .get(0);
        registry.begin(Verb.START, user);

        assertThat(page(new OperationQuery(
                        registry.product, null, null, null, null, newest.createdAt(), newest.operationId(), 10)))
                .extracting(Operation::kind)
                .containsExactly(OperationKind.PROVISION);
    }

    @Test
    void stepsOfAPageComeTogether() {
        registry.runningUser();
        List<Operation> operations = page(new OperationQuery(registry.product, null, null, null, null, null, null, 10));

        List<OperationDao.StepOf> steps = registry.jdbi.withExtension(
                OperationDao.class,
                dao -> dao.steps(operations.stream().map(Operation::operationId).toList()));

        assertThat(steps).extracting(of -> of.step().name()).containsExactlyElementsOf(OperationKind.PROVISION.steps());
        assertThat(steps)
                .allSatisfy(of ->
                        assertThat(of.operationId()).isEqualTo(operations.get(0).operationId()));
    }
}
