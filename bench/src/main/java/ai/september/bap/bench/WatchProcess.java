package ai.september.bap.bench;

import ai.september.bap.activities.monitor.HostMonitor;
import ai.september.bap.activities.monitor.MonitorSettings;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.registry.database.DatabaseUrl;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.workflows.HostRef;
import ai.september.bap.workflows.MonitorStarter;
import ai.september.bap.workflows.TaskQueues;
import ai.september.bap.workflows.Workflows;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The watch over a simulated host, in a process of its own so that what it costs can be told: the product's own monitor and
 * workflow, and nothing else of a worker. Says on its output, line by line, how each sweep went.
 */
public final class WatchProcess {

    private static final AtomicInteger ACTIONS = new AtomicInteger();

    private WatchProcess() {}

    /** Arguments: database, Temporal's address, the simulated engines' port, the interval in seconds. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws InterruptedException {
        Jdbi jdbi = jdbi(arguments[0]);
        HostId host = SweepBench.HOST;
        Duration interval = Duration.ofSeconds(Long.parseLong(arguments[3]));
        WorkflowClient client =
                WorkflowClient.newInstance(WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                        .setTarget(arguments[1])
                        .setGrpcClientInterceptors(List.of(new Counting()))
                        .build()));
        HostMonitor monitor = new HostMonitor(
                SimulatedHost.of(engines(jdbi), Integer.parseInt(arguments[2])),
                jdbi,
                host,
                new MonitorSettings(interval, Duration.ofSeconds(10), 3, Duration.ofMinutes(5), Duration.ofMinutes(10)),
                new OutputMask(Map.of()),
                recovery -> {},
                (end, took) -> System.out.println(end + " " + took.toMillis() + " " + ACTIONS.get()));
        WorkerFactory factory = WorkerFactory.newInstance(client);
        factory.newWorker(TaskQueues.CONTROL).registerWorkflowImplementationTypes(Workflows.implementations());
        factory.newWorker(TaskQueues.watch(host)).registerActivitiesImplementations(monitor);
        factory.start();
        new MonitorStarter(client, new HostRef(host, interval)).run();
        Thread.currentThread().join();
    }

    private static Jdbi jdbi(String database) {
        DatabaseUrl url = DatabaseUrl.parse(database);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        source.setUser(url.user());
        source.setPassword(url.password());
        return RegistryJdbi.create(source);
    }

    private static List<EngineId> engines(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT engine_id FROM engines WHERE host_id = :host")
                .bind("host", SweepBench.HOST)
                .mapTo(EngineId.class)
                .list());
    }

    /** Counts what Temporal calls actions: heartbeats, starts, and what a step or a run comes to. */
    private static final class Counting implements ClientInterceptor {

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            String name = String.valueOf(method.getBareMethodName());
            if (name.equals("RecordActivityTaskHeartbeat")
                    || name.equals("StartWorkflowExecution")
                    || name.startsWith("RespondActivityTask")) {
                ACTIONS.incrementAndGet();
            }
            return next.newCall(method, options);
        }
    }
}
