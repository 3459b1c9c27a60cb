package ai.september.bap.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExpiredTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private static final Duration OPERATIONS = Duration.ofDays(30);
    private static final Duration AUDIT = Duration.ofDays(90);

    private TestRegistry registry;
    private Expired expired;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        expired = new Expired(registry.jdbi, OPERATIONS, AUDIT);
    }

    private void set(String assignment) {
        registry.jdbi.useHandle(handle -> handle.createUpdate(assignment + " WHERE product_id = :product")
                .bind("product", registry.product)
                .execute());
    }

    private long rows(String table) {
        return registry.count("SELECT count(*) FROM " + table + " WHERE product_id = '" + registry.product + "'");
    }

    @Test
    void operationsGoWhenTheirTimeIsOverAndOpenOnesStay() {
        UserId user = registry.stoppedUser();
        registry.begin(Verb.START, user);
        set("UPDATE operations SET finished_at = finished_at - interval '31 days'");

        expired.deleteBatch();

        assertThat(rows("operations")).isEqualTo(1);
    }

    @Test
    void auditRowsGoWhenTheirTimeIsOver() {
        registry.stoppedUser();
        set("UPDATE audit_log SET timestamp = timestamp - CASE action WHEN 'stop' THEN interval '91 days'"
                + " ELSE interval '89 days' END");

        expired.deleteBatch();

        assertThat(rows("audit_log")).isEqualTo(2);
    }

    @Test
    void keysGoAMonthAfterTheyExpired() {
        set("UPDATE platform_keys SET expires_at = now() - interval '29 days'");
        expired.deleteBatch();
        assertThat(rows("platform_keys")).isEqualTo(1);

        set("UPDATE platform_keys SET expires_at = now() - interval '31 days'");
        expired.deleteBatch();
        assertThat(rows("platform_keys")).isZero();
    }

    @Test
    void moreThanABatchIsDeletedBatchByBatch() {
        registry.jdbi.useHandle(handle ->
                handle.createUpdate("""
                        INSERT INTO audit_log (timestamp, product_id, action)
                        SELECT now() - interval '100 days', :product, 'stop' FROM generate_series(1, 1500)""").bind("product", registry.product).execute());

        assertThat(expired.deleteBatch()).isTrue();
        assertThat(rows("audit_log")).isEqualTo(501);
        assertThat(expired.deleteBatch()).isFalse();
        assertThat(rows("audit_log")).isEqualTo(1);
    }
}
