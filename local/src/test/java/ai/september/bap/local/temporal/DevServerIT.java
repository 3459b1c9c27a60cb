package ai.september.bap.local.temporal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.process.ForkedJvm;
import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.stage.RecordingReporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Temporal server as a child process. */
class DevServerIT {

    @TempDir
    private Path parent;

    private final RecordingReporter reporter = new RecordingReporter();
    private Path folder;
    private Path database;
    private @Nullable BapHome home;
    private @Nullable Running running;

    @BeforeEach
    void chooseHome() throws IOException {
        folder = parent.toRealPath().resolve("a state folder");
        database = folder.resolve("temporal.db");
        Prerequisite.command("temporal");
    }

    @AfterEach
    void leaveNothingBehind() {
        if (running != null) {
            running.stop().within(Duration.ZERO);
        }
        new Leftovers(database).find().forEach(ProcessEnd::kill);
        if (home != null) {
            home.close();
        }
    }

    @Test
    void whatWasStartedSurvivesTheKillOfEveryProcess() throws Exception {
        try (ForkedJvm other = ForkedJvm.of(TemporalInAnotherJvm.class, folder.toString());
                WorkflowProbe probe = new WorkflowProbe(other.line())) {
            probe.start("kept");
        }
        new Leftovers(database).find().forEach(ProcessEnd::kill);

        start(System.getenv());

        assertThat(requireNonNull(running).summary()).doesNotContain("from before");
        try (WorkflowProbe probe = new WorkflowProbe(address())) {
            assertThat(probe.isRunning("kept")).isTrue();
        }
    }

    @Test
    void adoptsTheOneThatAnEarlierRunHasLeftAndEndsItAtTheEnd() throws Exception {
        String address;
        try (ForkedJvm other = ForkedJvm.of(TemporalInAnotherJvm.class, folder.toString())) {
            address = other.line();
        }
        ProcessHandle left = onlyServer();

        start(System.getenv());

        assertThat(address()).isEqualTo(address);
        assertThat(onlyServer()).isEqualTo(left);
        assertThat(requireNonNull(running).summary()).contains("still running from before");
        stop();
        assertThat(new Leftovers(database).find()).isEmpty();
    }

    @Test
    void replacesALeftoverThatDoesNotAnswer() throws Exception {
        try (ForkedJvm other = ForkedJvm.of(TemporalInAnotherJvm.class, folder.toString())) {
            other.line();
        }
        ProcessHandle frozen = onlyServer();
        freeze(frozen);

        start(System.getenv());

        assertThat(onlyServer()).isNotEqualTo(frozen);
    }

    @Test
    void endsALeftoverWhenAnotherTemporalIsGiven() throws Exception {
        try (ForkedJvm other = ForkedJvm.of(TemporalInAnotherJvm.class, folder.toString())) {
            other.line();
        }

        start(Map.of("TEMPORAL_ADDRESS", "temporal.example:7233"));

        assertThat(requireNonNull(running).summary()).contains("temporal.example:7233");
        assertThat(new Leftovers(database).find()).isEmpty();
    }

    @Test
    void startsAgainOnTheSamePortWhenItDies() throws Exception {
        start(System.getenv());
        try (WorkflowProbe probe = new WorkflowProbe(address())) {
            probe.start("kept");
        }

        onlyServer().destroyForcibly();

        assertThat(reporter.awaitNotice()).contains("ended unexpectedly");
        assertThat(reporter.awaitNotice()).contains("is back");
        try (WorkflowProbe probe = new WorkflowProbe(address())) {
            assertThat(probe.isRunning("kept")).isTrue();
        }
        stop();
        assertThat(new Leftovers(database).find()).isEmpty();
    }

    @Test
    void hasAUserInterface() throws Exception {
        start(System.getenv());

        URI ui = URI.create(requireNonNull(requireNonNull(running).addresses().get("Temporal UI")));
        HttpResponse<String> page = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()
                .send(HttpRequest.newBuilder(ui).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<html");
    }

    @Test
    void saysWhatToDoAboutABrokenDatabase() throws Exception {
        home = BapHome.open(folder);
        Files.writeString(database, "no database at all\n".repeat(200));

        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(() -> start(System.getenv()))
                .withMessageContaining("remove " + database)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PART_FAILED));
        assertThat(new Leftovers(database).find()).isEmpty();
    }

    private void start(Map<String, String> environment) throws InterruptedException {
        if (home == null) {
            home = BapHome.open(folder);
        }
        running = new TemporalChoice(home).start(environment, reporter);
    }

    private void stop() {
        requireNonNull(running).stop().within(Duration.ofSeconds(20));
    }

    private String address() {
        return requireNonNull(requireNonNull(running).environment().get("TEMPORAL_ADDRESS"));
    }

    private ProcessHandle onlyServer() {
        assertThat(new Leftovers(database).find()).hasSize(1);
        return new Leftovers(database).find().get(0);
    }

    private static void freeze(ProcessHandle process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
