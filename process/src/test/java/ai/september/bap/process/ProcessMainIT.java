package ai.september.bap.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.configuration.Variables;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ProcessMainIT {

    @TempDir
    Path folder;

    @Test
    void sigtermStopsEverythingInOrderAndTheExitCodeIsZero() throws Exception {
        Process process = start(worker("ORCH_ADMIN_KEY", "unused"));
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            readUntil(out, lines, "worker is ready");
            process.toHandle().destroy();
            out.lines().forEach(lines::add);
        }

        assertThat(process.waitFor()).isZero();
        assertThat(lines)
                .anyMatch(line -> line.endsWith("managed object stopped"))
                .last()
                .asString()
                .endsWith("stopped");
    }

    @Test
    void aLineOfTextCarriesTheIdsInScope() throws Exception {
        Process process = start(worker());
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            readUntil(out, lines, "worker is ready");
        }
        process.destroy();

        assertThat(lines)
                .anyMatch(line ->
                        line.matches("\\S+Z INFO  \\S+ProbeProcess \\[.*" + ProbeProcess.ID + "] within an operation"))
                .anyMatch(line -> line.matches("\\S+Z INFO  \\S+ProbeProcess outside of an operation"));
    }

    @Test
    void aLineOfJsonCarriesTheIdsAsFields() throws Exception {
        Process process = start(worker("ORCH_LOG_FORMAT", "json"));
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            readUntil(out, lines, "worker is ready");
        }
        process.destroy();

        List<JsonNode> events = new ArrayList<>();
        for (String line : lines) {
            events.add(new ObjectMapper().readTree(line));
        }
        assertThat(events).anySatisfy(event -> {
            assertThat(event.path("message").asText()).isEqualTo("within an operation");
            assertThat(event.path("operation_id").asText()).isEqualTo(ProbeProcess.ID);
            assertThat(event.path("engine_id").asText()).isEqualTo(ProbeProcess.ID);
            assertThat(event.path("level").asText()).isEqualTo("INFO");
            assertThat(event.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        });
    }

    @Test
    void aConfigurationThatCannotBeUsedEndsTheProcessWithOneLinePerProblem() throws Exception {
        Process process = start(Map.of("ORCH_PORT_MIN", "many"));

        assertThat(process.waitFor()).isEqualTo(ProcessMain.EXIT_CONFIGURATION);
        assertThat(process.errorReader().lines().toList())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("worker cannot start: ORCH_"));
        assertThat(process.inputReader().lines()).isEmpty();
    }

    @Test
    void aPortInUseEndsTheProcessWithOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start(worker("ORCH_ADMIN_PORT", Integer.toString(taken.getLocalPort())));

            assertThat(process.waitFor()).isEqualTo(ProcessMain.EXIT_FAILURE);
            assertThat(process.errorReader().lines().toList())
                    .singleElement()
                    .asString()
                    .startsWith("worker cannot start: ")
                    .contains("ORCH_ADMIN_PORT", ":" + taken.getLocalPort());
        }
    }

    @Test
    void withoutTheNetworkToListenOnItWaitsAndSaysSo() throws Exception {
        Map<String, String> variables = worker();
        variables.put("ORCH_BIND_HOST", "towards:no-such-host.invalid");
        Process process = start(variables);
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            readUntil(out, lines, "waiting for the network to listen on (towards:");
            process.toHandle().destroy();
            out.lines().forEach(lines::add);
        }

        assertThat(process.waitFor()).isZero();
        assertThat(process.errorReader().lines()).isEmpty();
    }

    private static Map<String, String> worker(String... more) {
        Map<String, String> variables = Variables.completeWith(more);
        variables.putIfAbsent("ORCH_ADMIN_PORT", "0");
        variables.put("ORCH_BIND_HOST", "127.0.0.1");
        return variables;
    }

    private Process start(Map<String, String> variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ProbeProcess.class.getName());
        builder.directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.onExit().orTimeout(50, TimeUnit.SECONDS).exceptionally(hangs -> process.destroyForcibly());
        return process;
    }

    private static void readUntil(BufferedReader out, List<String> lines, String end) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
            if (line.contains(end)) {
                return;
            }
        }
        throw new AssertionError("the process ended; it said " + lines);
    }
}
