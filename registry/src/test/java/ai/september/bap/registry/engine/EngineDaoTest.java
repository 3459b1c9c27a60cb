package ai.september.bap.registry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EngineDaoTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
    }

    @Test
    void listsAreInOrderOfCreationAndPagesAreTheirParts() {
        List<UserId> users = Stream.generate(registry::runningUser).limit(5).toList();
        registry.succeed(registry.begin(Verb.STOP, users.get(1)));

        assertThat(page(null, 100, 0)).extracting(EngineRow::userId).containsExactlyElementsOf(users);
        assertThat(page(null, 2, 2)).extracting(EngineRow::userId).containsExactly(users.get(2), users.get(3));
        assertThat(page(null, 2, 5)).isEmpty();
        assertThat(page(EngineStatus.STOPPED, 100, 0))
                .extracting(EngineRow::userId)
                .containsExactly(users.get(1));
        assertThat(count(null)).isEqualTo(5);
        assertThat(count(EngineStatus.RUNNING)).isEqualTo(4);
    }

    @Test
    void countsAreByStateAndLeaveOutWhatThereIsNoneOf() {
        registry.runningUser();
        registry.runningUser();
        registry.neverRanUser();

        Map<EngineStatus, Long> counts =
                registry.jdbi.withExtension(EngineDao.class, engines -> engines.countByStatus(registry.product));

        assertThat(counts)
                .containsExactlyInAnyOrderEntriesOf(Map.of(EngineStatus.RUNNING, 2L, EngineStatus.FAILED, 1L));
    }

    @Test
    void onlyEnginesThatRunAndThatNobodyWorksOnAreSettled() {
        UserId settled = registry.runningUser();
        registry.begin(Verb.STOP, registry.runningUser());
        registry.stoppedUser();
        registry.neverRanUser();

        List<EngineRow> found =
                registry.jdbi.withExtension(EngineDao.class, engines -> engines.settledRunning(registry.host));

        assertThat(found).extracting(EngineRow::userId).containsExactly(settled);
    }

    @Test
    void aRowsTextShowsNeitherKeyNorUser() {
        UserId user = registry.runningUser();
        EngineRow row = registry.engine(user);

        assertThat(row.toString())
                .contains(row.engineId().toString())
                .doesNotContain(user.value(), row.keyToken(), row.keyHash().toHex());
    }

    private List<EngineRow> page(@Nullable EngineStatus status, int limit, long offset) {
        return registry.jdbi.withExtension(
                EngineDao.class, engines -> engines.page(registry.product, status, limit, offset));
    }

    private long count(@Nullable EngineStatus status) {
        return registry.jdbi.withExtension(EngineDao.class, engines -> engines.count(registry.product, status));
    }
}
