package ai.september.bap.worker;

import ai.september.bap.process.configuration.WorkerSettings;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.workflows.HostSteps;
import ai.september.bap.workflows.TaskQueues;
import ai.september.bap.workflows.Workflows;
import io.temporal.client.WorkflowClient;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Temporal side of a worker: the control queue and its host's queue. */
final class TemporalWorkers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporalWorkers.class);

    /** As the SDK has it by default. */
    private static final Duration OWN_QUEUE = Duration.ofSeconds(5);

    private final WorkerFactory factory;
    private final List<Runnable> letGo;
    private final Duration drain;

    /**
     * Takes up work at once.
     *
     * @param localSteps what workflows do without a container daemon
     * @param hostSteps what is done beside the container daemon
     * @param monitor watches over the engines there
     * @param letGo end, at shutdown, those steps beside the container daemon that only wait
     * @param limits how much at once
     * @param interceptors what all work passes through
     * @param drain how long running steps may take to end at shutdown; what takes longer is retried elsewhere
     */
    TemporalWorkers(
            WorkflowClient client,
            HostId hostId,
            List<?> localSteps,
            List<?> hostSteps,
            HostSteps monitor,
            List<Runnable> letGo,
            WorkerSettings limits,
            List<WorkerInterceptor> interceptors,
            Duration drain) {
        this.letGo = List.copyOf(letGo);
        this.drain = drain;
        this.factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(limits.cachedRuns())
                        .setWorkerInterceptors(interceptors.toArray(WorkerInterceptor[]::new))
                        .build());
        Worker control = factory.newWorker(
                TaskQueues.CONTROL,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentWorkflowTaskExecutionSize(limits.workflowTasks())
                        .setMaxConcurrentLocalActivityExecutionSize(limits.records())
                        .setMaxConcurrentWorkflowTaskPollers(limits.workflowPollers())
                        .setStickyQueueScheduleToStartTimeout(ownQueue(limits))
                        // The steps of this queue are local ones: nobody has to ask for others.
                        .setLocalActivityWorkerOnly(true)
                        .build());
        control.registerWorkflowImplementationTypes(Workflows.implementations());
        control.registerActivitiesImplementations(localSteps.toArray());
        Worker host = factory.newWorker(
                TaskQueues.host(hostId),
                WorkerOptions.newBuilder()
                        .setMaxConcurrentActivityExecutionSize(limits.steps())
                        .setMaxConcurrentActivityTaskPollers(limits.stepPollers())
                        // Else the next heartbeat of a step under way would throw, and nothing would drain.
                        .setAllowActivityHeartbeatDuringShutdown(true)
                        .build());
        host.registerActivitiesImplementations(hostSteps.toArray());
        Worker watch = factory.newWorker(
                TaskQueues.watch(hostId),
                WorkerOptions.newBuilder()
                        .setMaxConcurrentActivityExecutionSize(1)
                        .setMaxConcurrentActivityTaskPollers(1)
                        .build());
        watch.registerActivitiesImplementations(monitor);
        factory.start();
    }

    /**
     * How long a run's next task waits for the worker that did the last one. Where runs are not cached, nothing is gained by
     * that, and the task of a worker that died would wait.
     */
    private static Duration ownQueue(WorkerSettings limits) {
        return limits.cachedRuns() == 0 ? Duration.ZERO : OWN_QUEUE;
    }

    /** Takes no new work, lets running steps end, then interrupts what is left. */
    @Override
    public void close() {
        factory.shutdown();
        letGo.forEach(Runnable::run);
        factory.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS);
        if (!factory.isTerminated()) {
            LOG.info("steps still running after {} s are interrupted; they will be taken up again", drain.toSeconds());
            factory.shutdownNow();
            factory.awaitTermination(5, TimeUnit.SECONDS);
        }
    }
}
