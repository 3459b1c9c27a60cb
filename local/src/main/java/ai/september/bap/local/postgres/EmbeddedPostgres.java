package ai.september.bap.local.postgres;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.process.Launcher;
import ai.september.bap.local.process.Watch;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The database of {@code ./bap dev}: a PostgreSQL of its own under the state folder, on a free port of 127.0.0.1,
 * with a password of its own. Durable: what was committed survives the end of every process by SIGKILL. One that an
 * earlier run has left running is adopted.
 */
public final class EmbeddedPostgres implements Stage {

    private final BapHome home;
    private final String version;

    /**
     * @param version of the binaries on the class path
     */
    public EmbeddedPostgres(BapHome home, String version) {
        this.home = home;
        this.version = version;
    }

    /** Whether a state folder has a database of this kind already. */
    public static boolean existsIn(BapHome home) {
        return new Cluster(folder(home)).exists();
    }

    static Path data(BapHome home) {
        return new Cluster(folder(home)).data();
    }

    private static Path folder(BapHome home) {
        return home.folder().resolve("postgres");
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        try {
            Cluster cluster = new Cluster(folder(home));
            Postmaster postmaster = prepare(cluster, environment, reporter);
            return serve(cluster, postmaster, reporter);
        } catch (IOException e) {
            throw new LocalException(
                    ExitCode.HOME_BROKEN, "Cannot use the database folder " + folder(home) + " (" + e + ").", e);
        }
    }

    private Postmaster prepare(Cluster cluster, Map<String, String> environment, Reporter reporter)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(folder(home));
        Staging.sweep(folder);
        PostgresBinaries binaries = PostgresBinaries.unpack(
                folder, version, () -> reporter.progress("unpacking PostgreSQL " + version + ", once"));
        Unprivileged unprivileged = Unprivileged.on(environment);
        Launcher launcher = new Launcher(environment);
        if (!cluster.exists()) {
            reporter.progress("creating the database, once");
            cluster.create(binaries, unprivileged, launcher, home.log("postgres"));
        }
        cluster.check(binaries);
        return new Postmaster(binaries, unprivileged, launcher, cluster.data(), home.log("postgres"));
    }

    private Running serve(Cluster cluster, Postmaster postmaster, Reporter reporter)
            throws IOException, InterruptedException {
        Optional<Postmaster.Live> adopted = adopt(cluster, postmaster, reporter);
        Postmaster.Live live = adopted.isPresent() ? adopted.get() : startWithDatabase(cluster, postmaster, reporter);
        Watch watch = new Watch(
                name(), live.process(), reporter, () -> startAgain(postmaster, live.port()), InstantSource.system());
        Database database = database(cluster, live);
        String summary = version + " on 127.0.0.1:" + live.port() + " (embedded, durable"
                + (adopted.isPresent() ? ", still running from before)" : ")");
        return new Running(
                summary,
                Map.of("ORCH_DATABASE_URL", database.url()),
                Map.of(),
                grace -> stop(watch, postmaster, grace));
    }

    /** A postmaster that lives but gives no answer is ended, so that a new one can take its place. */
    private Optional<Postmaster.Live> adopt(Cluster cluster, Postmaster postmaster, Reporter reporter)
            throws IOException, InterruptedException {
        Optional<Postmaster.Live> live = postmaster.adopt();
        if (live.isPresent()) {
            try {
                database(cluster, live.get()).create();
            } catch (SQLException e) {
                reporter.progress("the one from before does not answer; replacing it");
                postmaster.stop(Duration.ZERO);
                return Optional.empty();
            }
        }
        return live;
    }

    private Postmaster.Live startWithDatabase(Cluster cluster, Postmaster postmaster, Reporter reporter)
            throws IOException, InterruptedException {
        reporter.progress("starting");
        Postmaster.Live live = postmaster.start();
        try {
            database(cluster, live).create();
            return live;
        } catch (SQLException e) {
            postmaster.stop(Duration.ofSeconds(5));
            throw new LocalException(
                    ExitCode.HOME_BROKEN,
                    "PostgreSQL runs but its database cannot be used: " + e.getMessage() + " (log: "
                            + home.log("postgres") + ")",
                    e);
        }
    }

    private static ProcessHandle startAgain(Postmaster postmaster, int port) throws InterruptedException {
        try {
            return postmaster.startAgain(port).process();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Database database(Cluster cluster, Postmaster.Live live) throws IOException {
        return new Database(live.port(), Cluster.USER, cluster.password());
    }

    private static void stop(Watch watch, Postmaster postmaster, Duration grace) {
        watch.close();
        try {
            postmaster.stop(grace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
