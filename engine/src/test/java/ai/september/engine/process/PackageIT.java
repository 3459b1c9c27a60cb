package ai.september.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.testing.EngineProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged folder when it is moved, damaged or reached by a link. */
class PackageIT {

    @TempDir
    Path folder;

    private Path dist;
    private Map<String, String> environment;

    @BeforeEach
    void copyWithoutTheSdks() throws IOException {
        dist = folder.resolve("moved here");
        environment = EngineProcess.environment(folder);
        List<Path> files;
        try (Stream<Path> all = Files.walk(EngineProcess.dist())) {
            files = all.filter(path -> !path.toString().contains("providers")).toList();
        }
        for (Path file : files) {
            Path target = dist.resolve(EngineProcess.dist().relativize(file).toString());
            // The archive knows its jars by time and size too.
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    @Test
    void noLibraryLiesThereInTwoVersions() throws Exception {
        List<String> jars;
        try (Stream<Path> files = Files.walk(EngineProcess.dist())) {
            jars = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .map(name -> name.replaceFirst("-[0-9].*", ""))
                    .toList();
        }
        assertThat(jars)
                .contains("openai-java", "anthropic-java", "sqlite-jdbc")
                .doesNotHaveDuplicates();
    }

    @Test
    void aMovedFolderStillUsesItsArchive() throws Exception {
        assertThat(loadedFrom("shared objects file (top)")).isTrue();
    }

    @Test
    void aBrokenArchiveIsPassedOverInSilence() throws Exception {
        Files.delete(dist.resolve("engine.jsa"));
        Files.writeString(dist.resolve("engine.jsa"), "made by another JVM");
        EngineProcess migrate = EngineProcess.run(dist, environment, "migrate");
        assertThat(migrate.awaitExit()).isZero();
        assertThat(migrate.output()).isEqualTo("brain migrated to version 2");
        assertServes(dist);
    }

    @Test
    void aMissingArchiveIsPassedOverInSilence() throws Exception {
        Files.delete(dist.resolve("engine.jsa"));
        assertServes(dist);
    }

    @Test
    void aNativeLibraryOfAnotherPlatformIsReplacedByTheDriversOwn() throws Exception {
        Path library;
        try (Stream<Path> files = Files.list(dist.resolve("native"))) {
            library = files.findFirst().orElseThrow();
        }
        Files.writeString(library, "for another processor");
        assertServes(dist);
    }

    @Test
    void theLauncherWorksThroughALinkAndFromARelativePath() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/bin"));
        Files.createSymbolicLink(elsewhere.resolve("engine"), dist.resolve("bin/engine"));
        environment.put("SQLITE_DB_PATH", "relative.sqlite");
        EngineProcess migrate = EngineProcess.run(folder.resolve("elsewhere"), environment, "migrate");
        assertThat(migrate.awaitExit()).as(migrate.output()).isZero();
        assertThat(migrate.output()).contains("brain migrated");
        Files.delete(Path.of("relative.sqlite")); // relative to where the launcher was called
    }

    private void assertServes(Path folder) throws Exception {
        try (EngineProcess process = EngineProcess.serve(folder, environment)) {
            assertThat(process.client().finishedTurn("t", "x").text()).contains("turn 1");
            assertThat(process.terminate().awaitExit()).isZero();
        }
    }

    private boolean loadedFrom(String source) throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        environment.put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        assertServes(dist);
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.anyMatch(line -> line.contains("ai.september.engine.Main ") && line.contains(source));
        }
    }
}
