package ai.september.bap.local.dev;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, command by command as it stands there, with what it says comes of it. */
class ReadmeTourIT {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern.compile("```(bash|json)\n(.*?)```", Pattern.DOTALL);

    private static final String END = "@@end of command ";

    @TempDir
    private Path folder;

    /** A command of the tour, and the answer the README shows for it, if it shows one. */
    private record Stop(String command, String answer) {

        boolean isStart() {
            return command.strip().equals("./bap dev");
        }

        /** What the README leaves open, it writes as an ellipsis. */
        Pattern expected() {
            String regex = List.of(answer.strip().split("…", -1)).stream()
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*"));
            return Pattern.compile(regex);
        }
    }

    @Test
    void eachCommandGivesWhatTheReadmeSays() throws Exception {
        Prerequisite.that(LoopbackPort.isFree(8000), "port 8000, which the tour uses");
        List<Stop> tour = tour();
        assertThat(tour.stream().filter(Stop::isStart)).hasSize(1);
        List<Stop> commands = tour.stream().filter(stop -> !stop.isStart()).toList();
        assertThat(commands).hasSize(9);
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.put("BAP_HOME", folder.resolve("home").toString());
        try (DevProcess dev = DevProcess.start(REPOSITORY, environment)) {
            dev.awaitLine("Ready after");
            List<String> outputs = run(commands);
            for (int i = 0; i < commands.size(); i++) {
                check(commands.get(i), outputs.get(i));
            }
            dev.signal("INT");
            dev.awaitEnd(0);
        }
    }

    private static void check(Stop stop, String output) {
        if (stop.answer().isEmpty()) {
            assertThat(output).contains("\"phase\":\"started\"", "event: text_delta", "\"phase\":\"completed\"");
        } else {
            assertThat(output.strip()).matches(stop.expected());
        }
    }

    /** All in one shell, as a reader would; returns what each printed. */
    private List<String> run(List<Stop> commands) throws IOException, InterruptedException {
        String script = commands.stream()
                .map(stop -> stop.command() + "\necho\necho '" + END + "'\n")
                .collect(Collectors.joining("", "set -eo pipefail\n", ""));
        Process shell = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return List.of(output.split(Pattern.quote(END + "\n")));
    }

    private static List<Stop> tour() throws IOException {
        String readme = Files.readString(REPOSITORY.resolve("README.md"));
        String tour = readme.substring(readme.indexOf("## The tour"), readme.indexOf("## As processes of their own"));
        List<Stop> stops = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(tour); block.find(); ) {
            if (block.group(1).equals("bash")) {
                stops.add(new Stop(block.group(2), ""));
            } else {
                Stop last = stops.remove(stops.size() - 1);
                stops.add(new Stop(last.command(), block.group(2)));
            }
        }
        return stops;
    }
}
