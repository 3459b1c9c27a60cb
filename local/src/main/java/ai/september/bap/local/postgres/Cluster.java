package ai.september.bap.local.postgres;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.home.PrivateFile;
import ai.september.bap.local.process.Launcher;
import ai.september.bap.local.process.LogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The data folder and its password. Made once: under a temporary name, renamed when complete, the password before it.
 */
final class Cluster {

    static final String USER = "orchestrator";

    private final Path data;
    private final Path password;

    Cluster(Path folder) {
        this.data = folder.resolve("data");
        this.password = folder.resolve("password");
    }

    Path data() {
        return data;
    }

    boolean exists() {
        return Files.isDirectory(data);
    }

    String password() throws IOException {
        return PrivateFile.read(password);
    }

    void create(PostgresBinaries binaries, Unprivileged unprivileged, Launcher launcher, Path log)
            throws IOException, InterruptedException {
        PrivateFile.write(password, randomPassword());
        Path staging = Files.createTempDirectory(data.getParent(), Staging.PREFIX);
        LogTail tail = LogTail.of(log);
        // UTF-8 with the collation of code points, so that the machine's locales do not matter.
        List<String> arguments = List.of(
                "--pgdata=" + staging,
                "--username=" + USER,
                "--auth=scram-sha-256",
                "--pwfile=" + password,
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--set=timezone=UTC",
                "--set=log_timezone=UTC");
        run(
                launcher.launch(
                        unprivileged.command(binaries.program("initdb"), arguments), data.resolveSibling(""), log),
                tail);
        Files.move(staging, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(Process initdb, LogTail tail) throws InterruptedException {
        try {
            if (initdb.waitFor() != 0) {
                throw new LocalException(
                        ExitCode.PART_FAILED,
                        "PostgreSQL could not create its data folder: " + tail.reason() + " (log: " + tail.log() + ")");
            }
        } finally {
            initdb.destroyForcibly();
        }
    }

    private static String randomPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Refuses a data folder that these binaries cannot serve. */
    void check(PostgresBinaries binaries) throws IOException {
        Path versionFile = data.resolve("PG_VERSION");
        if (!Files.isRegularFile(versionFile) || !Files.isRegularFile(password)) {
            throw new LocalException(
                    ExitCode.HOME_BROKEN,
                    "The database folder " + data.getParent() + " is incomplete ("
                            + (Files.isRegularFile(password) ? "data/PG_VERSION" : "password")
                            + " is missing): restore it from a backup, or remove the state folder (a factory reset).");
        }
        String major = PrivateFile.read(versionFile);
        if (!major.equals(binaries.major())) {
            throw new LocalException(
                    isNewer(major, binaries.major()) ? ExitCode.HOME_TOO_NEW : ExitCode.HOME_BROKEN,
                    "The database folder " + data + " is of PostgreSQL " + major + ", this bap-engine brings "
                            + binaries.major()
                            + ": use the bap-engine that wrote it, or set BAP_HOME to another folder.");
        }
    }

    private static boolean isNewer(String major, String ours) {
        return major.matches("[0-9]{1,4}") && Integer.parseInt(major) > Integer.parseInt(ours);
    }
}
