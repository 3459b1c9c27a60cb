package ai.september.bap.local.processes;

import ai.september.bap.testing.Prerequisite;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The program {@code temporal}, as an operator runs it against one namespace. */
final class TemporalCli {

    private final String address;
    private final String namespace;

    TemporalCli(String address, String namespace) {
        Prerequisite.command("temporal");
        this.address = address;
        this.namespace = namespace;
    }

    /** Runs a command, and returns what it prints. */
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("temporal"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--address", address, "--namespace", namespace));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + said);
        }
        return said;
    }

    /** The events of a workflow's latest run. */
    List<JsonNode> history(String workflow) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(run("workflow", "show", "--workflow-id", workflow, "--output", "json"))
                .path("events")
                .valueStream()
                .toList();
    }

    /** The workflow ids that a query of the list finds. */
    List<String> find(String query) throws IOException, InterruptedException {
        JsonNode runs = new ObjectMapper().readTree(run("workflow", "list", "--query", query, "--output", "json"));
        return runs.valueStream()
                .map(run -> run.at("/execution/workflowId").asText())
                .toList();
    }
}
