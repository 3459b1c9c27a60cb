package ai.september.bap.worker.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Recoveries;
import ai.september.bap.registry.operation.Verb;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients, sweeps and watchers do to an engine, and what befalls it. */
final class Happenings {

    /** What a client may be told, whatever it asks for. */
    private static final Set<ErrorCode> REFUSALS = Set.of(
            ErrorCode.ENGINE_NOT_FOUND,
            ErrorCode.ENGINE_ALREADY_EXISTS,
            ErrorCode.ENGINE_ALREADY_RUNNING,
            ErrorCode.ENGINE_NOT_RUNNING,
            ErrorCode.OPERATION_IN_PROGRESS);

    private final World world;
    private final Truths truths;
    private final Random random;

    /** What sweep and watcher have seen, and act on some time later. */
    private @Nullable Look seenIdle;

    private @Nullable Look seenFailed;

    Happenings(World world, Truths truths, Random random) {
        this.world = world;
        this.truths = truths;
        this.random = random;
    }

    /** What may well happen to an engine in its state; now and then something else does. */
    void next() {
        Optional<Look> now = world.look();
        if (now.isEmpty()) {
            askForIt(random.nextInt(5));
        } else if (now.get().open() != null || random.nextInt(4) == 0) {
            happen(random.nextInt(12));
        } else if (now.get().status() == EngineStatus.RUNNING) {
            happen(4 + random.nextInt(12));
        } else if (now.get().status() == EngineStatus.SLEEPING) {
            happen(random.nextInt(8));
        } else {
            askForIt(random.nextInt(5));
        }
    }

    private void askForIt(int which) {
        switch (which) {
            case 0, 1 -> request(Verb.ADMIT, new AdmitFlags(true, true));
            case 2 -> request(Verb.PROVISION, AdmitFlags.NONE);
            default -> request(Verb.START, AdmitFlags.NONE);
        }
    }

    private void happen(int which) {
        switch (which) {
            case 0, 1 -> request(Verb.ADMIT, new AdmitFlags(random.nextBoolean(), true));
            case 2 -> request(Verb.ADMIT, AdmitFlags.NONE);
            case 3, 4 -> request(Verb.START, AdmitFlags.NONE);
            case 5, 6 -> request(Verb.STOP, AdmitFlags.NONE);
            case 7 -> request(Verb.DESTROY, AdmitFlags.NONE);
            case 8 -> request(Verb.ROTATE_KEY, AdmitFlags.NONE);
            case 9 -> crash();
            case 10 -> world.relay();
            case 11 -> lookAtHealth();
            case 12 -> {
                crash();
                lookAtHealth();
            }
            default -> sweep();
        }
    }

    private void request(Verb verb, AdmitFlags flags) {
        String said;
        try {
            said = answer(world.place.request(verb, world.product, world.user, flags));
        } catch (BapException refused) {
            assertThat(refused.code()).as(refused.getMessage()).isIn(REFUSALS);
            said = "is refused, " + refused.code();
        }
        world.tell(verb.wireName() + " " + said);
    }

    private String answer(Accepted accepted) {
        if (accepted instanceof Accepted.Waiting waiting) {
            if (waiting.begun()) {
                truths.askedFor();
                world.begun(waiting.operation());
            }
            return (waiting.begun() ? "begins " : "joins ")
                    + waiting.operation().kind().wireName();
        }
        if (accepted instanceof Accepted.Running running) {
            truths.checkAnswer(running.engine());
            return "is answered";
        }
        return accepted instanceof Accepted.Denied denied
                ? "is denied, " + denied.reason().wireName()
                : String.valueOf(accepted);
    }

    /** Nobody has used it for a day, and the sweep sees that; what it does then may come later. */
    private void sweep() {
        if (seenIdle == null) {
            seenIdle = world.look().filter(Look::isSettledRunning).orElse(null);
            if (seenIdle == null || random.nextBoolean()) {
                return;
            }
        }
        Look seen = seenIdle;
        seenIdle = null;
        if (random.nextInt(4) > 0) {
            world.place.markIdle(seen.engineId());
        }
        begin("the sweep", seen, world.place.lifecycle.sleep(seen.engineId(), seen.fence()));
    }

    private void begin(String who, Look seen, Optional<Operation> begun) {
        world.tell(who + " begins "
                + begun.map(operation -> operation.kind().wireName()).orElse("nothing"));
        begun.ifPresent(operation -> {
            assertThat(operation.fence())
                    .as("nothing was done since that was seen")
                    .isEqualTo(seen.fence() + 1);
            world.begun(operation);
        });
    }

    private void crash() {
        if (world.daemon.crash()) {
            world.tell("its process is killed");
            truths.crashed(world.look().map(Look::open));
        }
    }

    /** The watcher sees an engine that is up by its row, and may write down later what has become of it. */
    private void lookAtHealth() {
        if (seenFailed == null) {
            seenFailed = world.look().filter(Look::isSettledRunning).orElse(null);
            if (seenFailed == null || random.nextBoolean()) {
                return;
            }
        }
        Look seen = seenFailed;
        seenFailed = null;
        judge(seen);
    }

    /** It has ended, or does not answer as it should. */
    void judge(Look seen) {
        HealthFailure failure = world.daemon.answers(seen.engineId())
                ? HealthFailure.unhealthy(3, "it answered 503")
                : HealthFailure.exited(137, null);
        begin(
                "the watcher",
                seen,
                world.place.jdbi.inTransaction(
                        handle -> Recoveries.begin(handle, seen.engineId(), seen.fence(), failure)));
    }
}
