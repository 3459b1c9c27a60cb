package ai.september.bap.registry.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.deletion.ProductDeletion;
import ai.september.bap.registry.deletion.ProductDeletions;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProductErasuresTest {

    private static final Actor OPERATOR = Actor.admin("tests");
    private static final int USERS = 1_500;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private ProductDeletions deletions;
    private ProductErasures products;
    private Erasures users;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        registry.jdbi.useHandle(handle -> handle.execute("TRUNCATE erasures, product_erasures"));
        deletions = new ProductDeletions(registry.jdbi);
        products = new ProductErasures(registry.jdbi);
        users = new Erasures(registry.jdbi);
    }

    private void destroyed(UserId user) {
        registry.succeed(registry.begin(Verb.DESTROY, user));
    }

    /** Two rows of each. */
    private void refuseAdmitsOf(int users) {
        registry.jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO audit_log (product_id, user_id, action)
                        SELECT :product, 'guest-' || n, 'admit_denied'
                        FROM generate_series(1, :users) n, generate_series(1, 2)""")
                .bind("product", registry.product)
                .bind("users", users)
                .execute());
    }

    private List<String> names(String table) {
        return registry.jdbi.withHandle(handle -> handle.createQuery("SELECT DISTINCT user_id FROM " + table
                        + " WHERE product_id = :product AND user_id IS NOT NULL AND user_id NOT LIKE 'erased-%'")
                .bind("product", registry.product)
                .mapTo(String.class)
                .list());
    }

    private long tokens() {
        return registry.count(
                "SELECT count(DISTINCT user_id) FROM audit_log WHERE user_id LIKE 'erased-%' AND product_id = '"
                        + registry.product + "'");
    }

    private void workOff() {
        for (int batches = 0; eraseBatch(); batches++) {
            assertThat(batches).isLessThan(10_000);
        }
    }

    /** As a worker's chore does. */
    private boolean eraseBatch() {
        boolean asked = products.askForNext();
        return users.eraseBatch() || asked;
    }

    /** Everything is as long ago as it would be then. */
    private void aMinutePasses() {
        registry.jdbi.useHandle(handle -> {
            handle.execute("UPDATE audit_log SET timestamp = timestamp - interval '61 s'");
            for (String table : List.of("erasures", "product_erasures")) {
                handle.execute("UPDATE " + table
                        + " SET asked_at = asked_at - interval '61 s', due_at = due_at - interval '61 s'");
            }
        });
    }

    @Test
    void ofADeletedProductAllNamesGoAndEachUserHasAToken() {
        UserId user = registry.runningUser();
        destroyed(user);
        destroyed(registry.runningUser());
        refuseAdmitsOf(USERS);

        deletions.begin(registry.product, false, true, OPERATOR);

        assertThat(names("audit_log")).as("the deletion does not wait").hasSize(USERS + 2);
        workOff();
        assertThat(names("audit_log")).isEmpty();
        assertThat(names("operations")).isEmpty();
        assertThat(tokens()).isEqualTo(USERS + 2);
        assertThat(registry.count("SELECT count(*) FROM audit_log WHERE action = 'product_delete' AND product_id = '"
                        + registry.product + "' AND metadata @> '{\"erase\": true}'"))
                .isEqualTo(1);
    }

    @Test
    void onceItIsDoneNoNameIsOnRecord() {
        refuseAdmitsOf(2);
        deletions.begin(registry.product, false, true, OPERATOR);
        workOff();
        assertThat(names("erasures")).as("some may come late").hasSize(2);
        refuseAdmitsOf(3);

        aMinutePasses();
        workOff();

        assertThat(names("audit_log")).isEmpty();
        assertThat(names("erasures")).isEmpty();
        assertThat(registry.count("SELECT count(*) FROM product_erasures")).isZero();
    }

    @Test
    void ofAProductThatIsGoneTheNamesCanStillBeErased() {
        refuseAdmitsOf(2);
        deletions.begin(registry.product, false, false, OPERATOR);
        workOff();
        assertThat(names("audit_log")).hasSize(2);

        assertThatThrownBy(() -> deletions.begin(registry.product, false, true, OPERATOR))
                .isInstanceOf(BapException.class)
                .hasMessageContaining("are being erased");

        workOff();
        assertThat(names("audit_log")).isEmpty();
    }

    @Test
    void whoJoinsADeletionMayStillHaveTheNamesErased() {
        UserId user = registry.runningUser();
        ProductDeletion deletion = deletions.begin(registry.product, true, false, OPERATOR);

        assertThat(deletions.begin(registry.product, true, true, OPERATOR).operationId())
                .isEqualTo(deletion.operationId());
        deletions.next(deletion, 1).forEach(registry.lifecycle::request);
        registry.openOperations().forEach(registry::succeed);
        workOff();
        assertThat(names("audit_log")).as("not before the product is gone").containsExactly(user.value());
        deletions.proceed(deletion.operationId());

        workOff();
        assertThat(names("audit_log")).isEmpty();
    }
}
