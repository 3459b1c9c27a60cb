package ai.september.bap.local.postgres;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked once per version from the archive on the class path. The folder of a version is
 * there completely or not at all.
 */
record PostgresBinaries(String version, Path folder) {

    /** Unpacks what is not unpacked yet; takes about 2 s then. */
    static PostgresBinaries unpack(Path parent, String version, Runnable beforeUnpacking) throws IOException {
        Path folder = parent.resolve("binaries-" + version);
        if (!Files.isDirectory(folder)) {
            beforeUnpacking.run();
            Path staging = Files.createTempDirectory(parent, Staging.PREFIX);
            try (InputStream archive = archive()) {
                unpack(archive, staging);
            }
            Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(version, folder);
    }

    private static InputStream archive() {
        String name = "/postgres-" + system() + "-" + architecture() + ".txz";
        InputStream archive = PostgresBinaries.class.getResourceAsStream(name);
        if (archive == null) {
            throw new LocalException(
                    ExitCode.PART_FAILED,
                    "There is no embedded PostgreSQL for this machine (" + name.substring(1)
                            + "): start one yourself and set ORCH_DATABASE_URL=postgresql://user:password@host:port/db.");
        }
        return archive;
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> System.getProperty("os.arch");
        };
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("archive entry outside its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    unpackFile(tar, path, (entry.getMode() & 0100) != 0);
                }
            }
        }
    }

    private static void unpackFile(TarArchiveInputStream tar, Path path, boolean executable) throws IOException {
        Files.createDirectories(path.getParent());
        Files.copy(tar, path);
        if (executable && !path.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + path + " executable");
        }
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    /** The part of the version that decides whether a data folder fits. */
    String major() {
        return version.substring(0, version.indexOf('.'));
    }
}
