package ai.september.bap.registry.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditDaoTest {

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
    }

    @Test
    void pagesTogetherAreTheWholeNewestFirstEvenWhereTimesAreEqual() {
        for (int i = 0; i < 6; i++) {
            registry.runningUser();
        }
        registry.jdbi.useHandle(
                handle -> handle.execute(
                        "UPDATE audit_log SET timestamp = '2026-01-01T00:00:00Z'::timestamptz + (id % 3) * interval '1 second'"));
        List<AuditEntry> whole = page(null, null, 1000);

        List<AuditEntry> paged = new ArrayList<>();
        List<AuditEntry> page = page(null, null, 2);
        while (!page.isEmpty()) {
            paged.addAll(page);
            AuditEntry last = page.get(page.size() - 1);
            page = page(last.timestamp(), last.id(), 2);
        }

        assertThat(whole)
                .hasSize(7)
                .isSortedAccordingTo(Comparator.comparing(AuditEntry::timestamp)
                        .thenComparing(AuditEntry::id)
                        .reversed());
        assertThat(paged).isEqualTo(whole);
    }

    @Test
    void rowsWrittenMeanwhileDoNotShiftTheNextPage() {
        registry.runningUser();
        registry.runningUser();
        List<AuditEntry> first = page(null, null, 1);
        registry.runningUser();

        List<AuditEntry> second = page(first.get(0).timestamp(), first.get(0).id(), 1);

        assertThat(second.get(0).id()).isEqualTo(first.get(0).id() - 1);
    }

    @Test
    void everyFilterNarrows() {
        UserId user = registry.stoppedUser();
        registry.runningUser();
        UUID engine = registry.engine(user).engineId().value();
        AuditEntry stop = registry.audit(user).get(0);

        assertThat(find(new AuditQuery(registry.product, user.value(), null, null, null, null, null, null, 10)))
                .extracting(AuditEntry::action)
                .containsExactly("stop", "provision");
        assertThat(find(new AuditQuery(registry.product, null, engine, null, null, null, null, null, 10)))
                .hasSize(2);
        assertThat(find(new AuditQuery(registry.product, null, null, "provision", null, null, null, null, 10)))
                .hasSize(2);
        assertThat(find(new AuditQuery(registry.product, null, null, "stop", stop.timestamp(), null, null, null, 10)))
                .as("since is inclusive")
                .containsExactly(stop);
        assertThat(find(new AuditQuery(registry.product, null, null, "stop", null, stop.timestamp(), null, null, 10)))
                .as("until is exclusive")
                .isEmpty();
        assertThat(find(new AuditQuery(registry.product, "nobody", null, null, null, null, null, null, 10)))
                .isEmpty();
    }

    @Test
    void aProductSeesItsOwnRowsOnly() {
        registry.runningUser();
        TestRegistry other = TestRegistry.on(db);

        List<AuditRecord> seen = other.jdbi.withExtension(
                AuditDao.class,
                audit -> audit.page(new AuditQuery(other.product, null, null, null, null, null, null, null, 10)));

        assertThat(seen).extracting(row -> row.entry().action()).containsExactly("policy_register");
    }

    @Test
    void aRowOfAnOperationSaysWhoAskedHowLongItTookAndWhatBecameOfIt() {
        UserId user = TestRegistry.newUser();
        registry.ledger.failed(registry.begin(Verb.PROVISION, user).operationId(), TestRegistry.FAILURE);

        AuditEntry entry = registry.audit(user).get(0);

        assertThat(entry.userId()).isEqualTo(user.value());
        assertThat(entry.actor()).isEqualTo(registry.slug.value());
        assertThat(entry.durationMs()).isNotNull();
        assertThat(entry.metadata().get("outcome").asText()).isEqualTo("failed");
        assertThat(entry.metadata().get("code").asText()).isEqualTo("BOOT_TIMEOUT");
        assertThat(entry.metadata().get("engine_status").asText()).isEqualTo("failed");
        assertThat(entry.metadata().toString()).doesNotContain(user.value());
    }

    @Test
    void oldRowsGoOldestFirstAndAFewAtATime() {
        registry.runningUser();
        registry.runningUser();
        registry.jdbi.useHandle(
                handle -> handle.execute("UPDATE audit_log SET timestamp = timestamp - id * interval '1 day'"));

        int deleted = registry.jdbi.withExtension(AuditDao.class, audit -> audit.deleteOlder(Duration.ofHours(36), 1));

        assertThat(deleted).isEqualTo(1);
        assertThat(page(null, null, 10)).extracting(AuditEntry::id).containsExactly(1L, 2L);
        int none = registry.jdbi.withExtension(AuditDao.class, audit -> audit.deleteOlder(Duration.ofDays(9), 10));
        assertThat(none).isZero();
    }

    private List<AuditEntry> page(@Nullable Instant beforeTimestamp, @Nullable Long beforeId, int limit) {
        return find(new AuditQuery(registry.product, null, null, null, null, null, beforeTimestamp, beforeId, limit));
    }

    private List<AuditEntry> find(AuditQuery query) {
        return registry.jdbi.withExtension(AuditDao.class, audit -> audit.page(query)).stream()
                .map(AuditRecord::entry)
                .toList();
    }
}
