package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepetitionTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
    }

    private Accepted request(Verb verb, UserId user, String key, String asked) {
        return request(registry, verb, user, key, asked);
    }

    private static Accepted request(TestRegistry registry, Verb verb, UserId user, String key, String asked) {
        String pathUser = verb == Verb.PROVISION ? "" : user.value();
        return registry.lifecycle.request(LifecycleRequest.of(
                        verb, registry.product, user, Actor.product(registry.slug), TestRegistry.IMAGE, AdmitFlags.NONE)
                .under(new IdempotencyKey(pathUser, key, KeyHash.of(asked))));
    }

    private static Operation begun(Accepted accepted) {
        assertThat(accepted)
                .isInstanceOfSatisfying(
                        Accepted.Waiting.class,
                        waiting -> assertThat(waiting.begun()).isTrue());
        return ((Accepted.Waiting) accepted).operation();
    }

    private static Operation repeated(Accepted accepted) {
        assertThat(accepted).isInstanceOf(Accepted.Repeated.class);
        return ((Accepted.Repeated) accepted).operation();
    }

    private static void conflict(ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        BapException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT));
    }

    @Test
    void aRepetitionJoinsTheOperationAndLaterGetsItsEnd() {
        UserId user = TestRegistry.newUser();
        Operation provision = begun(request(Verb.PROVISION, user, "k", "this"));

        assertThat(repeated(request(Verb.PROVISION, user, "k", "this")).status())
                .isEqualTo(OperationStatus.PENDING);
        registry.succeed(provision);

        Operation again = repeated(request(Verb.PROVISION, user, "k", "this"));
        assertThat(again.operationId()).isEqualTo(provision.operationId());
        assertThat(again.status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void aRepeatedStopDoesNotStopWhatWasStartedMeanwhile() {
        UserId user = registry.runningUser();
        Operation stop = begun(request(Verb.STOP, user, "k", ""));
        registry.succeed(stop);
        registry.succeed(registry.begin(Verb.START, user));

        assertThat(repeated(request(Verb.STOP, user, "k", "")).operationId()).isEqualTo(stop.operationId());
        assertThat(registry.openOperation(registry.engine(user).engineId())).isEmpty();
    }

    @Test
    void somethingElseUnderTheSameKeyIsAConflict() {
        UserId user = TestRegistry.newUser();
        request(Verb.PROVISION, user, "k", "this");

        conflict(() -> request(Verb.PROVISION, user, "k", "that"));
        conflict(() -> request(Verb.PROVISION, TestRegistry.newUser(), "k", "that"));
    }

    @Test
    void aKeyCountsForOneProductAndPath() {
        UserId user = registry.runningUser();
        UserId other = registry.runningUser();
        TestRegistry stranger = TestRegistry.on(db);

        begun(request(Verb.STOP, user, "k", ""));

        begun(request(Verb.STOP, other, "k", ""));
        begun(request(stranger, Verb.STOP, stranger.runningUser(), "k", ""));
        begun(request(Verb.DESTROY, user, "k", ""));
        begun(request(Verb.PROVISION, TestRegistry.newUser(), "k", ""));
    }

    @Test
    void theAnswerRemembersWhichEngineKeyItHad() {
        UserId user = registry.runningUser();
        KeyHash before = registry.engine(user).keyHash();
        Operation rotation = begun(request(Verb.ROTATE_KEY, user, "k", ""));
        registry.succeed(rotation);

        Accepted.Repeated again = (Accepted.Repeated) request(Verb.ROTATE_KEY, user, "k", "");

        assertThat(again.keyHash()).isEqualTo(registry.engine(user).keyHash()).isNotEqualTo(before);
    }

    @Test
    void anAnswerWithoutAnEngineKeyDoesNotDependOnIt() {
        UserId user = registry.stoppedUser();
        registry.succeed(begun(request(Verb.START, user, "k", "")));
        registry.succeed(registry.begin(Verb.ROTATE_KEY, user));

        Accepted.Repeated again = (Accepted.Repeated) request(Verb.START, user, "k", "");

        assertThat(again.hadKeyOf(registry.engine(user))).isTrue();
        assertThat(again.keyHash()).isNull();
    }

    @Test
    void aConditionIsOfTheFirstRequestAndNotOfItsRepetition() {
        UserId user = TestRegistry.newUser();
        LifecycleRequest request = LifecycleRequest.of(
                        Verb.PROVISION,
                        registry.product,
                        user,
                        Actor.product(registry.slug),
                        TestRegistry.IMAGE,
                        AdmitFlags.NONE)
                .under(new IdempotencyKey("", "k", KeyHash.of("this")));
        LifecycleRequest denied = request.onCondition(() -> {
            throw new BapException(ErrorCode.POLICY_DENIED, "Not this image.");
        });

        assertThatThrownBy(() -> registry.lifecycle.request(denied)).hasMessage("Not this image.");
        Operation provision = begun(registry.lifecycle.request(request));
        assertThat(repeated(registry.lifecycle.request(denied))).isEqualTo(provision);
    }

    @Test
    void aRefusalIsNotRemembered() {
        TestRegistry full = TestRegistry.on(db, new Policy(0, null));
        UserId user = TestRegistry.newUser();
        assertThatThrownBy(() -> request(full, Verb.PROVISION, user, "k", "this"))
                .hasMessageContaining("max_engines");
        new Products(full.jdbi).replacePolicy(full.product, Policy.UNLIMITED, Actor.SYSTEM);

        begun(request(full, Verb.PROVISION, user, "k", "this"));
    }

    @Test
    void aDayLaterTheKeyIsFreeAgain() {
        UserId user = registry.runningUser();
        registry.succeed(begun(request(Verb.STOP, user, "k", "")));
        registry.succeed(registry.begin(Verb.START, user));
        registry.jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'"
                                + " WHERE product_id = :product")
                .bind("product", registry.product)
                .execute());

        begun(request(Verb.STOP, user, "k", "something else"));

        assertThat(repeated(request(Verb.STOP, user, "k", "something else")).kind())
                .isEqualTo(OperationKind.STOP);
    }

    @Test
    void ofManyAtOnceOneBegins() throws Exception {
        UserId user = TestRegistry.newUser();
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        Callable<Accepted> one = () -> request(Verb.PROVISION, user, "k", "this");
        List<Future<Accepted>> all =
                crowd.invokeAll(Stream.generate(() -> one).limit(64).toList());
        crowd.shutdown();

        int begun = 0;
        for (Future<Accepted> each : all) {
            begun += each.get() instanceof Accepted.Waiting ? 1 : 0;
        }
        assertThat(begun).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "ä", "a\n"})
    void aKeyIsVisibleAscii(String key) {
        assertThatThrownBy(() -> new IdempotencyKey("", key, KeyHash.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("visible ASCII");
    }
}
