package ai.september.bap.local.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.Versions;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.process.ForkedJvm;
import ai.september.bap.local.process.ProcStat;
import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.process.ProcessTable;
import ai.september.bap.local.stage.RecordingReporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real PostgreSQL, ended in every way a laptop knows. */
class EmbeddedPostgresIT {

    private static final String VERSION = Versions.ofThisBuild().postgres();

    /** The unpacked programs, shared by the tests. */
    @TempDir
    private static Path shared;

    @TempDir
    private Path parent;

    private final RecordingReporter reporter = new RecordingReporter();
    private Path folder;
    private Path data;
    private @Nullable BapHome home;
    private @Nullable Running running;

    @BeforeEach
    void chooseHome() throws IOException {
        folder = parent.toRealPath().resolve("a state folder");
        data = folder.resolve("postgres/data");
        BapHome.open(folder).close();
        Path programs = PostgresBinaries.unpack(shared, VERSION, () -> {}).folder();
        Files.createSymbolicLink(
                Files.createDirectory(folder.resolve("postgres")).resolve(programs.getFileName()), programs);
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        if (running != null) {
            requireNonNull(running).stop().within(Duration.ZERO);
        }
        ProcessTable.workingIn(data).forEach(ProcessEnd::kill);
        Path programs = data.resolveSibling("binaries-" + VERSION);
        if (Files.isSymbolicLink(programs)) {
            Files.delete(programs);
        }
        if (home != null) {
            home.close();
        }
    }

    @Test
    void whatWasCommittedSurvivesTheKillOfEveryProcess() throws Exception {
        String url;
        try (ForkedJvm other = startElsewhere()) {
            url = other.line();
            execute(url, "CREATE TABLE kept (word text)");
            execute(url, "INSERT INTO kept VALUES ('still here')");
        }
        killEveryPostgresProcess();

        start();

        assertThat(url()).as("same port, same password").isEqualTo(url);
        assertThat(query("SELECT word FROM kept")).isEqualTo("still here");
        assertThat(query("SHOW fsync")).isEqualTo("on");
        assertThat(query("SHOW synchronous_commit")).isEqualTo("on");
    }

    @Test
    void stopsInOrderAndLeavesNoProcess() throws Exception {
        start();

        stop();

        assertThat(ProcessTable.workingIn(data)).isEmpty();
        assertThat(Files.readString(requireNonNull(home).log("postgres"))).contains("database system is shut down");
        assertThat(PostmasterFile.path(data)).doesNotExist();
    }

    @Test
    void aHurriedStopLosesNoCommit() throws Exception {
        start();
        execute(url(), "CREATE TABLE kept AS SELECT 7 AS number");

        requireNonNull(running).stop().within(Duration.ZERO);

        assertThat(ProcessTable.workingIn(data)).isEmpty();
        start();
        assertThat(query("SELECT number FROM kept")).isEqualTo("7");
    }

    @Test
    void anInterruptHurriesTheStop() throws Exception {
        start();

        Thread.currentThread().interrupt();
        requireNonNull(running).stop().within(Duration.ofMinutes(10));

        assertThat(Thread.interrupted()).isFalse();
        assertThat(ProcessTable.workingIn(data)).isEmpty();
    }

    @Test
    void adoptsTheOneThatAnEarlierRunHasLeft() throws Exception {
        String url;
        try (ForkedJvm other = startElsewhere()) {
            url = other.line();
        }
        long pid = postmaster().pid();

        start();

        assertThat(postmaster().pid()).isEqualTo(pid);
        assertThat(url()).isEqualTo(url);
        assertThat(requireNonNull(running).summary()).contains("still running from before");
        stop();
        assertThat(ProcessTable.workingIn(data)).isEmpty();
    }

    @Test
    void replacesOneThatLivesButDoesNotAnswer() throws Exception {
        try (ForkedJvm other = startElsewhere()) {
            other.line();
        }
        ProcessHandle frozen = postmaster();
        freeze(frozen);

        start();

        assertThat(query("SELECT 1")).isEqualTo("1");
        assertThat(ProcessTable.isAlive(frozen)).isFalse();
    }

    @Test
    void replacesOneThatIsShuttingDown() throws Exception {
        String url;
        try (ForkedJvm other = startElsewhere()) {
            url = other.line();
        }
        ProcessHandle leaving = postmaster();
        try (Connection client = connect(url)) {
            assertThat(client.isValid(5)).as("it waits for its clients to go").isTrue();
            leaving.destroy();
            Await.atMost(Duration.ofSeconds(20), "it to shut down")
                    .until(() -> PostmasterFile.read(data)
                            .filter(PostmasterFile::isStopping)
                            .isPresent());

            start();
        }

        assertThat(query("SELECT 1")).isEqualTo("1");
        assertThat(ProcessTable.isAlive(leaving)).isFalse();
    }

    @Test
    void startsAgainWhenItsPostmasterDies() throws Exception {
        start();
        execute(url(), "CREATE TABLE kept AS SELECT 'yes' AS answer");

        assertThat(postmaster().destroyForcibly()).isTrue();

        assertThat(reporter.awaitNotice()).contains("ended unexpectedly");
        assertThat(reporter.awaitNotice()).contains("is back");
        assertThat(query("SELECT answer FROM kept")).isEqualTo("yes");
        stop();
        assertThat(ProcessTable.workingIn(data)).isEmpty();
    }

    @Test
    void doesNotTouchAForeignProcessInTheDataFolderThatAStalePidFileNames() throws Exception {
        try (ForkedJvm other = startElsewhere()) {
            other.line();
        }
        killEveryPostgresProcess();
        Process foreign =
                new ProcessBuilder("sleep", "600").directory(data.toFile()).start();
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(PostmasterFile.path(data)));
            lines.set(0, Long.toString(foreign.pid()));
            Files.write(PostmasterFile.path(data), lines);

            start();
            assertThat(query("SELECT 1")).isEqualTo("1");
            stop();

            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void takesAnotherPortWhenTheLastOneIsTaken() throws Exception {
        start();
        stop();
        int taken = URI.create(url()).getPort();
        try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            start();

            assertThat(other.isBound()).isTrue();
            assertThat(URI.create(url()).getPort()).isNotEqualTo(taken);
            assertThat(query("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void listensOnLoopbackOnlyAndAsksForThePassword() throws Exception {
        start();

        assertThat(query("SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(query("SHOW unix_socket_directories")).isEmpty();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> DriverManager.getConnection(jdbcUrl(url()), "orchestrator", "guess"))
                .withMessageContaining("password authentication failed");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolveSibling("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void runsInASessionOfItsOwn() throws Exception {
        start();

        String stat = Files.readString(Path.of("/proc/" + postmaster().pid() + "/stat"));
        assertThat(ProcStat.parse(stat).session()).isEqualTo(postmaster().pid());
    }

    @Test
    void refusesADataFolderOfANewerPostgres() throws Exception {
        start();
        stop();
        Files.writeString(data.resolve("PG_VERSION"), "99\n");

        assertRefused(ExitCode.HOME_TOO_NEW, "is of PostgreSQL 99");
    }

    @Test
    void refusesAnIncompleteDataFolder() throws Exception {
        start();
        stop();
        Files.delete(data.resolveSibling("password"));

        assertRefused(ExitCode.HOME_BROKEN, "password is missing");
    }

    @Test
    void saysWhyABrokenDatabaseDoesNotStart() throws Exception {
        start();
        stop();
        Files.delete(data.resolve("global/pg_control"));

        assertRefused(ExitCode.PART_FAILED, "pg_control");
        assertThat(ProcessTable.workingIn(data)).isEmpty();
    }

    @Test
    void aFirstStartThatWasCutShortIsTakenUpByTheNext() throws Exception {
        Files.createDirectories(data.resolveSibling("staging-123/base"));
        Files.writeString(data.resolveSibling("staging-123/base/1"), "half a file");
        Files.writeString(data.resolveSibling("password"), "of the start that was cut short");
        Files.delete(data.resolveSibling("binaries-" + VERSION));

        start();

        assertThat(query("SELECT 1")).isEqualTo("1");
        assertThat(data.resolveSibling("staging-123")).doesNotExist();
    }

    private ForkedJvm startElsewhere() throws IOException {
        return ForkedJvm.of(PostgresInAnotherJvm.class, folder.toString());
    }

    private void start() throws InterruptedException {
        if (home == null) {
            home = BapHome.open(folder);
        }
        running = new EmbeddedPostgres(home, VERSION).start(System.getenv(), reporter);
    }

    private void stop() {
        requireNonNull(running).stop().within(Duration.ofSeconds(20));
    }

    private void assertRefused(ExitCode code, String why) {
        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(this::start)
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(code));
    }

    private ProcessHandle postmaster() throws IOException {
        return PostmasterFile.read(data).orElseThrow().process(data).orElseThrow();
    }

    private void killEveryPostgresProcess() {
        List<ProcessHandle> all = ProcessTable.workingIn(data).toList();
        assertThat(all).isNotEmpty();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    private static void freeze(ProcessHandle process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private String url() {
        return requireNonNull(requireNonNull(running).environment().get("ORCH_DATABASE_URL"));
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = connect(url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Connection connect(String url) throws SQLException {
        String[] user = URI.create(url).getUserInfo().split(":", -1);
        return DriverManager.getConnection(jdbcUrl(url), user[0], user[1]);
    }

    private static String jdbcUrl(String url) {
        return "jdbc:postgresql://127.0.0.1:" + URI.create(url).getPort() + "/orchestrator";
    }
}
