package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.erasure.Erasures;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ErasureTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
    }

    private LifecycleRequest destroy(UserId user) {
        return LifecycleRequest.of(
                Verb.DESTROY,
                registry.product,
                user,
                Actor.product(registry.slug),
                TestRegistry.IMAGE,
                AdmitFlags.NONE);
    }

    private Operation erase(UserId user) {
        return ((Accepted.Waiting) registry.lifecycle.request(destroy(user).erasing())).operation();
    }

    private List<String> names(String table) {
        return registry.jdbi.withHandle(handle -> handle.createQuery("SELECT DISTINCT user_id FROM " + table
                        + " WHERE product_id = :product AND user_id IS NOT NULL")
                .bind("product", registry.product)
                .mapTo(String.class)
                .list());
    }

    @Test
    void afterTheDestroyTheNameIsNowhereAndTheRowsAreStillCountable() {
        UserId user = registry.stoppedUser();
        registry.lifecycle.request(destroy(user).under(new IdempotencyKey(user.value(), "k", KeyHash.of(""))));
        Operation destroy = erase(user);

        registry.succeed(destroy);

        assertThat(registry.contents(user)).doesNotContain(user.value());
        assertThat(names("audit_log")).singleElement().asString().startsWith("erased-");
        assertThat(names("operations")).isEqualTo(names("audit_log"));
        assertThat(names("idempotency_keys")).isEmpty();
        assertThat(registry.count("SELECT count(*) FROM audit_log WHERE user_id LIKE 'erased-%' AND product_id = '"
                        + registry.product + "'"))
                .isEqualTo(3);
        assertThat(registry.operation(destroy.operationId()).userId().value()).startsWith("erased-");
    }

    @Test
    void whoJoinsADestroyMayStillHaveTheNameErased() {
        UserId user = registry.runningUser();
        Operation destroy = registry.begin(Verb.DESTROY, user);

        assertThat(erase(user).operationId()).isEqualTo(destroy.operationId());
        registry.succeed(registry.operation(destroy.operationId()));

        assertThat(names("audit_log")).singleElement().asString().startsWith("erased-");
    }

    @Test
    void withoutBeingAskedForNothingIsErased() {
        UserId user = registry.runningUser();

        registry.succeed(registry.begin(Verb.DESTROY, user));

        assertThat(names("audit_log")).containsExactly(user.value());
    }

    @Test
    void whatAnEarlierDestroyLeftCanBeErasedLater() {
        UserId user = registry.runningUser();
        UserId other = registry.runningUser();
        registry.succeed(registry.begin(Verb.DESTROY, user));

        Accepted accepted = registry.lifecycle.request(destroy(user).erasing());

        assertThat(accepted).isEqualTo(new Accepted.Erased(new Erasures.Progress(4, false)));
        assertThat(names("operations")).contains(other.value()).doesNotContain(user.value());
    }

    @Test
    void theAuditRowSaysThatItWasAskedFor() {
        UserId user = registry.runningUser();

        registry.succeed(erase(user));

        assertThat(registry.count("SELECT count(*) FROM audit_log WHERE action = 'destroy' AND product_id = '"
                        + registry.product + "' AND metadata @> '{\"erase\": true}'"))
                .isEqualTo(1);
    }
}
