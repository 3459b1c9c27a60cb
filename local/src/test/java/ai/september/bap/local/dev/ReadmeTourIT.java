package ai.september.bap.local.dev;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    private static final String PROVIDER_KEY = "key-of-a-provider-that-nobody-asks";
    private static final String LAST_USER = "user-after-the-tour";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path repository;

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
    void eachCommandGivesWhatTheReadmeSaysAndNoSecretIsLeftAnywhere() throws Exception {
        Prerequisite.that(LoopbackPort.isFree(8000), "port 8000, which the tour uses");
        List<Stop> tour = tour();
        assertThat(tour.stream().filter(Stop::isStart)).hasSize(1);
        List<Stop> commands = tour.stream().filter(stop -> !stop.isStart()).toList();
        assertThat(commands).hasSize(9);
        repository = builtRepository();
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.remove("BAP_HOME");
        // Engines get it, and it chooses no provider.
        environment.put("GEMINI_API_KEY", PROVIDER_KEY);
        try (DevProcess dev = DevProcess.script(repository, environment)) {
            dev.awaitLine("Ready after");
            List<String> outputs = run(commands);
            for (int i = 0; i < commands.size(); i++) {
                check(commands.get(i), outputs.get(i));
            }
            SecretScan secrets = secrets();
            assertNoSecretInArguments(secrets);
            dev.signal("INT");
            String console = dev.awaitEnd(0);
            assertNoSecretInFiles(secrets, console);
        }
    }

    /** As it stands after a build, with this build's programs. Nothing there can be built again. */
    private Path builtRepository() throws IOException {
        Path root = Files.createDirectory(folder.toRealPath().resolve("repository"));
        Files.copy(REPOSITORY.resolve("bap"), root.resolve("bap"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String program : List.of("local/target/dist", "engine/target/dist")) {
            Files.createDirectories(root.resolve(program).getParent());
            Files.createSymbolicLink(root.resolve(program), REPOSITORY.resolve(program));
        }
        Files.createFile(Files.createDirectory(root.resolve("target")).resolve("bap-built"));
        return root;
    }

    /** All that were made, in the tour and with one more engine that still runs. */
    private SecretScan secrets() throws IOException {
        SecretScan secrets = new SecretScan();
        String platformKey = field("platform_api_key", Files.readString(repository.resolve("product.json")));
        secrets.add("platform key", platformKey);
        secrets.add("engine key", field("api_key", Files.readString(repository.resolve("admit.json"))));
        Client product = Client.product(URI.create("http://127.0.0.1:8000"), platformKey);
        String admit = "/engines/" + LAST_USER + "/admit";
        secrets.add(
                "last engine key",
                product.post(admit, "{\"auto_provision\":true}").isOk().text("/engine/api_key"));
        secrets.add("provider key", PROVIDER_KEY);
        secrets.addKeptIn(home().resolve("master.key"), "master key");
        secrets.addKeptIn(home().resolve("postgres/password"), "database password");
        return secrets;
    }

    private Path home() {
        return repository.resolve(".bap");
    }

    private static String field(String name, String json) {
        Matcher value = Pattern.compile("\"" + name + "\":\"([^\"]{20,})\"").matcher(json);
        assertThat(value.find()).as(name).isTrue();
        return value.group(1);
    }

    private static void assertNoSecretInArguments(SecretScan secrets) {
        SecretScan engine = new SecretScan();
        engine.add("the engine", "ai.september.engine.Main");
        assertThat(engine.inArguments()).as("this is how a finding would look").isNotEmpty();
        assertThat(secrets.inArguments()).isEmpty();
    }

    /** The console says the admin key openly, where it is the default. PostgreSQL has ended: all is in its files. */
    private void assertNoSecretInFiles(SecretScan secrets, String console) throws IOException {
        assertThat(secrets.in(console, Path.of("the console"))).isEmpty();
        SecretScan user = new SecretScan();
        user.add("the user", LAST_USER);
        assertThat(user.inFilesOf(home().resolve("postgres/data")))
                .as("this is how a finding would look")
                .isNotEmpty();
        secrets.add("admin key", "dev-admin-key");
        assertThat(secrets.inFilesOf(home())).isEmpty();
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
                .directory(repository.toFile())
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
