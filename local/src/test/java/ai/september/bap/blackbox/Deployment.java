package ai.september.bap.blackbox;

import ai.september.bap.api.ApiApplication;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.server.RunningServer;
import ai.september.bap.testing.Await;
import ai.september.bap.worker.EnginesAtEnd;
import ai.september.bap.worker.WorkerApplication;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One Temporal, one worker, one API, all in this JVM; the first two can be taken away and brought back. */
final class Deployment implements AutoCloseable {

    private final Path folder;
    private final int temporalPort = freePort();
    private final Map<String, String> variables;
    private final RunningServer api;
    private @Nullable Closeable temporal;
    private @Nullable RunningServer worker;
    private @Nullable WorkflowServiceStubs stubs;

    Deployment(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.variables = new HashMap<>(settings);
        variables.put("TEMPORAL_ADDRESS", "127.0.0.1:" + temporalPort);
        startTemporal();
        startWorker();
        this.api = startApi(Map.of());
    }

    /** One more replica of the API, with these variables over the others; the caller closes it. */
    RunningServer startApi(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(settings);
        try {
            return RunningServer.start(new ApiApplication(), ConfigurationLoader.load(Role.API, all));
        } catch (Exception e) {
            throw new IllegalStateException("the API did not start", e);
        }
    }

    RunningServer api() {
        return api;
    }

    RunningServer worker() {
        if (worker == null) {
            throw new IllegalStateException("there is no worker now");
        }
        return worker;
    }

    URI apiUri() {
        return URI.create("http://127.0.0.1:" + api.apiPort());
    }

    void startTemporal() {
        temporal = PreparedTemporal.on(temporalPort);
    }

    void stopTemporal() throws IOException {
        if (temporal != null) {
            temporal.close();
            temporal = null;
        }
    }

    void startWorker() {
        try {
            worker = RunningServer.start(
                    new WorkerApplication(variables, EnginesAtEnd.STOP),
                    ConfigurationLoader.load(Role.WORKER, variables));
        } catch (Exception e) {
            throw new IllegalStateException("the worker did not start", e);
        }
    }

    void stopWorker() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }

    /** The operator's client. */
    WorkflowClient workflows() {
        if (stubs == null) {
            stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                    .setTarget("127.0.0.1:" + temporalPort)
                    .build());
        }
        return WorkflowClient.newInstance(stubs);
    }

    @Override
    public void close() throws IOException {
        api.close();
        stopWorker();
        if (stubs != null) {
            stubs.shutdownNow();
        }
        stopTemporal();
        EngineProcesses.end(folder);
        // The end of the last engine may still be being noted in there.
        Await.atMost(Duration.ofSeconds(10), "the folder can be deleted").untilAsserted(this::deleteFolder);
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (DirectoryNotEmptyException | UncheckedIOException changing) {
            throw new AssertionError(changing);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
