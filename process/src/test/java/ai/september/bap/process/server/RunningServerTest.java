package ai.september.bap.process.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.configuration.Variables;
import ai.september.bap.process.metrics.ProcessMetrics;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunningServerTest {

    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger stopped = new AtomicInteger();

    @Test
    void aProcessWithoutAnInterfaceOfItsOwnListensOnTheAdminPortOnly() throws Exception {
        try (RunningServer server = RunningServer.start(new Worker(), configuration(0))) {
            assertThat(started).hasValue(1);
            assertThat(get(server, "/ping").statusCode()).isEqualTo(200);
            assertThat(get(server, "/healthcheck").statusCode()).isEqualTo(200);
            assertThatThrownBy(server::apiPort).isInstanceOf(IllegalStateException.class);
        }
        assertThat(stopped).hasValue(1);
    }

    @Test
    void theAdminPortServesPrometheusMetricsOfJvmAndBuild() throws Exception {
        try (RunningServer server = RunningServer.start(new Worker(), configuration(0))) {
            HttpResponse<String> metrics = get(server, "/prometheus");

            assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/plain; version=0.0.4");
            assertThat(metrics.body())
                    .contains("jvm_memory_used_bytes{")
                    .contains("process=\"worker\"")
                    .containsPattern("bap_build\\{java=\"[^\"]+\",process=\"worker\",version=\"[0-9][^\"]*\"} 1");
        }
    }

    @Test
    void twoServersLiveInOneJvm() throws Exception {
        try (RunningServer one = RunningServer.start(new Worker(), configuration(0));
                RunningServer other = RunningServer.start(new Worker(), configuration(0))) {
            assertThat(one.adminPort()).isNotEqualTo(other.adminPort());
            assertThat(get(other, "/prometheus").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPortInUseIsAFailureThatLeavesNothingRunning() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> RunningServer.start(new Worker(), configuration(taken.getLocalPort())))
                    .hasRootCauseInstanceOf(BindException.class);
        }
        assertThat(stopped.get()).isEqualTo(started.get());
    }

    private static OrchestratorConfiguration configuration(int adminPort) {
        return ConfigurationLoader.load(
                Role.WORKER,
                Variables.completeWith("ORCH_BIND_HOST", "127.0.0.1", "ORCH_ADMIN_PORT", Integer.toString(adminPort)));
    }

    private static HttpResponse<String> get(RunningServer server, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.adminPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private final class Worker extends Application<OrchestratorConfiguration> {

        @Override
        public void run(OrchestratorConfiguration configuration, Environment environment) {
            new ProcessMetrics(Role.WORKER).serve(environment);
            environment.lifecycle().manage(new Managed() {
                @Override
                public void start() {
                    started.incrementAndGet();
                }

                @Override
                public void stop() {
                    stopped.incrementAndGet();
                }
            });
        }
    }
}
