package ai.september.bap.worker.interleaving;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.SleepMode;
import java.time.Instant;

/** Where a world begins: with nothing, or with an engine that has been brought where it is by nobody's workflow. */
final class Beginning {

    private final World world;

    Beginning(World world) {
        this.world = world;
    }

    void choose(int which) {
        switch (which) {
            case 0 -> {}
            case 1 -> stop(run());
            case 2, 3 -> fallAsleep(run());
            default -> {
                ContainerId unusedContainer = run();
            }
        }
    }

    private ContainerId run() {
        OperationId provision = begin(Verb.PROVISION).operationId();
        EngineRow engine = world.place.engine(world.product, world.user).orElseThrow();
        ContainerId container = world.daemon.createOrAdopt(specOf(engine), null).id();
        world.daemon.start(container, null);
        world.place.ledger.recordImage(provision, SimulatedHost.IMAGE_ID);
        world.place.ledger.recordBrain(provision, SimulatedHost.IMAGE_ID);
        world.place.ledger.running(provision, 1, Instant.now());
        return container;
    }

    private void stop(ContainerId container) {
        world.daemon.stop(container);
        world.place.ledger.stopped(begin(Verb.STOP).operationId());
    }

    private void fallAsleep(ContainerId container) {
        Look engine = world.look().orElseThrow();
        world.place.markIdle(engine.engineId());
        Operation sleep =
                world.place.lifecycle.sleep(engine.engineId(), engine.fence()).orElseThrow();
        world.remember(sleep);
        if (world.sleepMode == SleepMode.PAUSE) {
            world.daemon.pause(container);
        } else {
            world.daemon.stop(container);
        }
        world.place.ledger.asleep(sleep.operationId(), world.sleepMode);
    }

    private Operation begin(Verb verb) {
        Accepted.Waiting accepted = (Accepted.Waiting) world.place.request(verb, world.product, world.user);
        world.remember(accepted.operation());
        return accepted.operation();
    }

    private static ContainerSpec specOf(EngineRow engine) {
        return new ContainerSpec(
                engine.engineId(),
                engine.productId(),
                engine.incarnation(),
                engine.image(),
                SimulatedHost.IMAGE_ID,
                engine.port(),
                engine.keyHash().toHex());
    }
}
