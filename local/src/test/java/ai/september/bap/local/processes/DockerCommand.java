package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Docker as its users run it. */
final class DockerCommand {

    static final Path SOCKET = Path.of("/var/run/docker.sock");

    private DockerCommand() {}

    static void require() throws Exception {
        Prerequisite.that(
                run(List.of("docker", "version")).exitCode() == 0, "the docker command and its daemon: .ci/lab up");
    }

    private record Result(int exitCode, String output) {}

    /** The lines it prints. */
    static List<String> docker(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        Result result = run(command);
        assertThat(result.exitCode()).as("%s: %s", command, result.output()).isZero();
        return result.output().lines().toList();
    }

    /** Removes all that an installation has, whatever it does. */
    static void removeInstallation(String installationId) throws Exception {
        String ours = "label=ai.september.bap.installation=" + installationId;
        for (String container : docker("ps", "-aq", "--filter", ours)) {
            docker("rm", "-fv", container);
        }
        for (String volume : docker("volume", "ls", "-q", "--filter", ours)) {
            docker("volume", "rm", volume);
        }
        for (String network : docker("network", "ls", "-q", "--filter", ours)) {
            docker("network", "rm", network);
        }
    }

    private static Result run(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException noSuchCommand) {
            return new Result(127, String.valueOf(noSuchCommand.getMessage()));
        }
    }
}
