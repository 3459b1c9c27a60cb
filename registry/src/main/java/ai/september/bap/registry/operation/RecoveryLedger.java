package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.health.EngineHealth;
import ai.september.bap.registry.health.EngineHealthDao;
import ai.september.bap.registry.id.OperationId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * What attempts at a restart a recovery has made, and when the next one is due: all of it in rows, so that whoever goes on
 * with it, after the death of any process, goes on where it was. Each method is one transaction that checks the fence, as
 * in {@link OperationLedger}, and may be repeated. Thread-safe.
 */
public final class RecoveryLedger {

    /** A host of which nothing has been heard for so long is away: an attempt would only wait for it. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Duration AWAY_PAUSE = Duration.ofSeconds(15);

    /** About what a restart takes; who stands behind others asks again when they may be through. */
    private static final Duration ONE_ROUND = Duration.ofSeconds(1);

    private static final int MOST_ROUNDS = 30;

    private final Jdbi jdbi;
    private final RecoveryRules rules;

    public RecoveryLedger(Jdbi jdbi, RecoveryRules rules) {
        this.jdbi = jdbi;
        this.rules = rules;
    }

    /**
     * Begins the next attempt if its time has come, the host answers and it is its turn there.
     *
     * @throws BapException when there have been as many as there may be, with what the last one failed with
     * @throws SupersededException if the operation is of the past
     */
    public RecoveryTurn next(OperationId operationId) {
        return jdbi.inTransaction(handle -> new Turn(new Fenced(handle, operationId)).next());
    }

    /**
     * Notes that the attempt under way has failed; the next one is due after a longer pause. No-op if none is under way.
     *
     * @throws SupersededException if the operation is of the past
     */
    public void attemptFailed(OperationId operationId, Failure failure) {
        jdbi.useTransaction(handle -> new Turn(new Fenced(handle, operationId)).failed(failure));
    }

    /** One look, with the engine locked. */
    private final class Turn {

        private final Fenced fenced;
        private final EngineHealthDao healths;
        private final RecoveryDao recoveries;

        Turn(Fenced fenced) {
            this.fenced = fenced;
            this.healths = fenced.handle().attach(EngineHealthDao.class);
            this.recoveries = fenced.handle().attach(RecoveryDao.class);
        }

        RecoveryTurn next() {
            EngineHealth health = health();
            if (health.restartingSince() != null) {
                return turn(health.restarts(), Duration.ZERO, "under way");
            }
            if (healths.countAnew(fenced.engine.engineId(), rules.stable()) > 0) {
                health = health();
            }
            if (health.restarts() >= rules.attempts()) {
                throw givenUp(health);
            }
            int number = health.restarts() + 1;
            Instant due = health.failed().orElseGet(healths::now).plus(rules.pauseAfter(health.restarts()));
            Duration pause = Duration.between(healths.now(), due);
            if (pause.compareTo(Duration.ZERO) > 0) {
                return turn(number, pause, "the pause after a failure");
            }
            if (recoveries.isAway(fenced.engine.hostId(), SILENCE)) {
                return turn(number, AWAY_PAUSE, "the host is away");
            }
            Duration queue = queue();
            if (!queue.isZero()) {
                return turn(number, queue, "others are before it on its host");
            }
            return begin(number);
        }

        private EngineHealth health() {
            return healths.find(fenced.engine.engineId()).orElseGet(() -> {
                healths.failed(fenced.engine.engineId());
                return healths.find(fenced.engine.engineId()).orElseThrow();
            });
        }

        private RecoveryTurn turn(int number, Duration pause, String reason) {
            return new RecoveryTurn(number, rules.attempts(), pause, reason);
        }

        private BapException givenUp(EngineHealth health) {
            String last =
                    fenced.engines.failureMessage(fenced.engine.engineId()).orElse("It does not say why.");
            return new BapException(
                    ErrorCode.BACKEND_ERROR,
                    "Gave up after " + health.restarts() + " restarts. Mend the cause, then start the engine. The last"
                            + " failure: " + last);
        }

        private Duration queue() {
            recoveries.lockTurns(fenced.engine.hostId());
            int free = rules.atOnce() - recoveries.underWay(fenced.engine.hostId());
            int position = recoveries
                    .position(fenced.operation.operationId(), fenced.engine.hostId(), rules.base(), rules.longest())
                    .orElse(1);
            int behind = position - Math.max(0, free);
            int rounds = Math.min(MOST_ROUNDS, (behind + rules.atOnce() - 1) / rules.atOnce());
            return behind > 0 ? ONE_ROUND.multipliedBy(rounds) : Duration.ZERO;
        }

        private RecoveryTurn begin(int number) {
            healths.beginRestart(fenced.engine.engineId());
            audit(AuditAction.AUTO_RESTART_START, facts(number));
            return turn(number, Duration.ZERO, "its turn");
        }

        void failed(Failure failure) {
            EngineHealth health = health();
            if (health.restartingSince() == null) {
                return;
            }
            fenced.engines.noteFailure(fenced.engine.engineId(), failure.code().name(), failure.message());
            healths.failed(fenced.engine.engineId());
            Map<String, Object> facts = facts(health.restarts());
            facts.put("code", failure.code().name());
            facts.put("error", failure.message());
            if (health.restarts() < rules.attempts()) {
                facts.put(
                        "next_attempt_at",
                        healths.now().plus(rules.pauseAfter(health.restarts())).toString());
            }
            audit(AuditAction.AUTO_RESTART_FAILED, facts);
        }

        private Map<String, Object> facts(int number) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("operation_id", fenced.operation.operationId().toString());
            facts.put("attempt", number);
            facts.put("of", rules.attempts());
            return facts;
        }

        private void audit(AuditAction action, Map<String, Object> facts) {
            fenced.handle()
                    .attach(AuditDao.class)
                    .insert(
                            fenced.engine.productId(),
                            fenced.engine.userId(),
                            fenced.engine.engineId(),
                            action,
                            fenced.operation.by(),
                            facts,
                            null);
        }
    }
}
