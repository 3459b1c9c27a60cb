package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.ApiKey;
import ai.september.bap.registry.vault.KeyGenerator;
import ai.september.bap.registry.vault.MasterKey;
import ai.september.bap.registry.vault.MasterKeys;
import ai.september.bap.registry.vault.Vault;
import ai.september.bap.workflows.OperationStarter;
import io.temporal.client.WorkflowClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** What the API does with a request, up to the start of the run, which is on the connection it is given. For one thread. */
final class RequestsInPerson {

    private static final ImageRef IMAGE = new ImageRef(Stack.ENGINE_IMAGE);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OperationLedger ledger;
    private final Lifecycle lifecycle;
    private final ProductId product;
    private int users;

    RequestsInPerson(Jdbi jdbi) {
        KeyGenerator keys = new KeyGenerator(new SecureRandom());
        Vault vault = new Vault(MasterKeys.of(MasterKey.parse(Stack.MASTER_KEY)));
        Supplier<SealedKey> sealed = () -> {
            ApiKey key = keys.engineKey();
            return new SealedKey(key.hash(), vault.seal(key));
        };
        this.ledger = new OperationLedger(jdbi);
        this.lifecycle = new Lifecycle(jdbi, sealed, preempted -> {});
        this.product = new Products(jdbi)
                .register(
                        new Slug("eager"),
                        "bench",
                        Policy.UNLIMITED,
                        keys.platformKey().hash(),
                        Actor.admin("bench"));
    }

    Engine provision(WorkflowClient client) throws InterruptedException {
        String user = "eager-" + ++users;
        Instant sent = Instant.now();
        Operation operation = carryOut(Verb.PROVISION, user, client);
        return new Engine(user, operation.engineId().toString(), sent, Duration.between(sent, Instant.now()));
    }

    void destroy(Engine engine, WorkflowClient client) throws InterruptedException {
        Operation unused = carryOut(Verb.DESTROY, engine.user(), client);
    }

    private Operation carryOut(Verb verb, String user, WorkflowClient client) throws InterruptedException {
        LifecycleRequest request =
                LifecycleRequest.of(verb, product, new UserId(user), Actor.SYSTEM, IMAGE, AdmitFlags.NONE);
        if (!(lifecycle.request(request) instanceof Accepted.Waiting waiting)) {
            throw new IllegalStateException(verb + " was not accepted");
        }
        Operation operation = waiting.operation();
        new OperationStarter(client, ledger).start(operation);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ledger.find(operation.operationId()).orElseThrow().status().isEnded()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(operation + " does not end");
            }
            Thread.sleep(5);
        }
        return operation;
    }
}
