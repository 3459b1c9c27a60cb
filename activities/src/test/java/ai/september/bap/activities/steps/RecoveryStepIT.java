package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.Recoveries;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.workflows.Launch;
import ai.september.bap.workflows.OperationRef;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a recovery does with processes that it finds. */
class RecoveryStepIT extends StepFixture {

    private Launch up(String mode) {
        program.steer(mode);
        OperationRef provision = begin(Verb.PROVISION);
        Launch launch = worker.steps.launchContainer(provision);
        if (mode.equals("serves")) {
            worker.steps.awaitHealthy(provision, launch);
        }
        registry.ledger.running(provision.operationId(), 1, Instant.now());
        return launch;
    }

    private EngineId engine() {
        return registry.engine(user).orElseThrow().engineId();
    }

    private OperationRef afterTheHostWasAway() {
        registry.jdbi.useTransaction(handle -> Recoveries.lose(handle, engine(), Duration.ZERO));
        return OperationRef.to(registry.jdbi
                .inTransaction(handle -> Recoveries.find(handle, engine()))
                .orElseThrow());
    }

    @Test
    void anEngineThatServedWhileItsHostWasAwayGoesOnServing() throws Exception {
        Launch launch = up("serves");

        worker.steps.stopContainer(afterTheHostWasAway());

        assertThat(state(launch)).isEqualTo(ContainerState.RUNNING);
        assertOneProcess();
    }

    @Test
    void anEngineThatDoesNotAnswerWhenItsHostIsBackIsEnded() throws Exception {
        Launch launch = up("silent");

        worker.steps.stopContainer(afterTheHostWasAway());

        assertThat(state(launch)).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void whatIsLeftOfAnEngineThatFailedIsEndedThoughItAnswers() throws Exception {
        Launch launch = up("serves");
        long fence = registry.engine(engine()).fence();
        OperationRef recovery = OperationRef.to(registry.jdbi
                .inTransaction(handle ->
                        Recoveries.begin(handle, engine(), fence, HealthFailure.unhealthy(3, "it answered 503")))
                .orElseThrow());

        worker.steps.stopContainer(recovery);

        assertThat(state(launch)).isEqualTo(ContainerState.EXITED);
    }
}
