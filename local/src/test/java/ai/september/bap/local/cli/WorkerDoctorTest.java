package ai.september.bap.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.local.LocalException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerDoctorTest {

    private HttpServer worker;

    @BeforeEach
    void open() throws IOException {
        worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        worker.createContext("/admin/doctor", exchange -> {
            byte[] answer = "{\"installation_id\": \"mine\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        worker.start();
    }

    @AfterEach
    void close() {
        worker.stop(0);
    }

    private static WorkerDoctor at(int adminPort) {
        return new WorkerDoctor(null, Map.of("ORCH_ADMIN_PORT", Integer.toString(adminPort)));
    }

    @Test
    void itAsksTheWorkerBesideTheApiOrTheOneAlone() throws Exception {
        int port = worker.getAddress().getPort();

        assertThat(at(port - 1).askForInstallation()).contains("mine");
        assertThat(at(port).askForInstallation()).contains("mine");
    }

    @Test
    void itSaysWhereItAsked() {
        worker.stop(0);
        int port = worker.getAddress().getPort();

        assertThatThrownBy(() -> at(port).ask())
                .isInstanceOf(LocalException.class)
                .hasMessageContaining("No worker answers at port " + (port + 1) + " or " + port + " of this machine");
    }
}
