package ai.september.bap.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.process.SearchPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell script in a repository of its own, with stand-ins for java, javac and mvn that say how they were called. */
class BapScriptTest {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> SYSTEM_PROGRAMS =
            List.of("cat", "dirname", "find", "grep", "head", "mkdir", "mv", "readlink", "rm", "sed", "tee", "touch");
    private static final Path SHELL = onPath("sh");
    private static final String HELP = "local/src/main/resources/ai/september/bap/local/cli/help.txt";

    @TempDir
    private Path parent;

    private Path root;
    private Path bin;
    private Path calls;

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void makeRepository() throws IOException {
        root = Files.createDirectory(parent.toRealPath().resolve("a repository"));
        bin = Files.createDirectory(parent.resolve("bin"));
        calls = parent.resolve("calls");
        Files.createFile(calls);
        Files.copy(REPOSITORY.resolve("bap"), root.resolve("bap"));
        assertThat(root.resolve("bap").toFile().setExecutable(true)).isTrue();
        for (String file : List.of(HELP, "pom.xml", "config.yml", "local/pom.xml", "engine/src/main/Engine.java")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "of the test\n");
            Files.setLastModifiedTime(root.resolve(file), FileTime.fromMillis(0));
        }
        for (String program : SYSTEM_PROGRAMS) {
            program(bin.resolve(program), "exec " + onPath(program) + " \"$@\"\n");
        }
        program(bin.resolve("java"), javaOf("17.0.15"));
        program(bin.resolve("javac"), "");
        program(bin.resolve("mvn"), mavenOf("3.8.7", "exit 0"));
    }

    @Test
    void buildsWhatIsNotBuiltAndShowsProgressOnStandardError() throws Exception {
        Result result = bap("keygen");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("java says: keygen\n");
        assertThat(result.err()).contains("Building bap-engine").contains("2/9  bap-engine: registry\n");
        assertThat(Files.readString(calls))
                .contains("mvn -B -Dquick -Dmaven.test.skip=true -pl local,engine -am package in " + root)
                .contains("-Dbap.root=" + root + " -jar " + root + "/local/target/dist/bap.jar keygen");
    }

    @Test
    void doesNotBuildWhatIsBuilt() throws Exception {
        bap("keygen");

        Result second = bap("dev");

        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "config.yml", "local/pom.xml", "engine/src/main/Engine.java"})
    void buildsForAStartWhenSourcesAreNewer(String source) throws Exception {
        bap("dev");
        Files.setLastModifiedTime(
                root.resolve(source),
                FileTime.fromMillis(Files.getLastModifiedTime(root.resolve("target/bap-built"))
                                .toMillis()
                        + 1000));

        bap("keygen");
        assertThat(builds()).as("a running program keeps its jars").isEqualTo(1);
        bap("dev");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void buildsAgainAfterAClean() throws Exception {
        bap("dev");
        Files.delete(root.resolve("local/target/dist/bap.jar"));

        bap("keygen");

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void saysWhereTheLogOfAFailedBuildIs() throws Exception {
        program(bin.resolve("mvn"), mavenOf("3.9.9", "echo '[ERROR] no such library'; exit 1"));

        Result result = bap("dev");

        assertThat(result.exitCode()).isEqualTo(ExitCode.BUILD_FAILED.number());
        assertThat(result.err())
                .contains("[ERROR] no such library")
                .endsWith("bap: The build failed; its log is " + root + "/target/bap-build.log\n");
        assertThat(root.resolve("target/bap-build.log")).content().contains("no such library");
        bap("dev");
        assertThat(builds()).as("a failed build is tried again").isEqualTo(2);
    }

    @Test
    void worksFromAnotherFolderAndThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(parent.resolve("bap link"), root.resolve("bap"));

        Result result = run(Map.of(), parent, link.toString(), "version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("java says: version\n");
        assertThat(Files.readString(calls)).contains("-Dbap.root=" + root + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpsWithoutJavaAndWithoutABuild(String option) throws Exception {
        Files.delete(bin.resolve("java"));

        assertThat(bap(option)).isEqualTo(new Result(0, "of the test\n", ""));
        assertThat(bap()).isEqualTo(new Result(0, "of the test\n", ""));
    }

    @Test
    void saysThatThereIsNoJdk() throws Exception {
        Files.delete(bin.resolve("java"));

        assertNoToolchain(bap("dev"), "There is no java on the PATH: install a JDK, 17 or newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.2", "16", "rubbish"})
    void saysThatTheJdkIsTooOld(String version) throws Exception {
        program(bin.resolve("java"), javaOf(version));

        assertNoToolchain(bap("dev"), "is Java " + version + ": bap-engine needs a JDK, 17 or newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "21.0.1", "25-ea"})
    void takesAnyNewerJdk(String version) throws Exception {
        program(bin.resolve("java"), javaOf(version));

        assertThat(bap("version").exitCode()).isZero();
    }

    @Test
    void saysThatJavaIsOnlyARuntime() throws Exception {
        Files.delete(bin.resolve("javac"));

        assertNoToolchain(bap("dev"), "is a runtime only, without javac");
    }

    @Test
    void prefersJavaHomeAndSaysWhenItIsWrong() throws Exception {
        Files.delete(bin.resolve("java"));
        Path home = parent.resolve("my jdk");
        program(home.resolve("bin/java"), javaOf("21"));
        program(home.resolve("bin/javac"), "");

        assertThat(run(Map.of("JAVA_HOME", home.toString()), root, "./bap", "version")
                        .out())
                .isEqualTo("java says: version\n");
        assertNoToolchain(
                run(Map.of("JAVA_HOME", "/nowhere"), root, "./bap", "version"),
                "JAVA_HOME is /nowhere, and there is no bin/java in it");
    }

    @Test
    void saysThatThereIsNoMaven() throws Exception {
        Files.delete(bin.resolve("mvn"));

        assertNoToolchain(bap("dev"), "There is no mvn on the PATH: install Maven, 3.8 or newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.6.3", "2.2.1"})
    void saysThatMavenIsTooOld(String version) throws Exception {
        program(bin.resolve("mvn"), mavenOf(version, "exit 0"));

        assertNoToolchain(bap("dev"), "mvn is Maven " + version + ": bap-engine needs 3.8 or newer");
    }

    @Test
    void endsAsTheProgramEnds() throws Exception {
        program(bin.resolve("java"), javaOf("17.0.1") + "exit 6\n");

        assertThat(bap("version").exitCode()).isEqualTo(6);
    }

    private static void assertNoToolchain(Result result, String why) {
        assertThat(result.exitCode()).isEqualTo(ExitCode.NO_TOOLCHAIN.number());
        assertThat(result.err().lines().filter(line -> line.startsWith("bap: ")))
                .singleElement()
                .asString()
                .contains(why);
        assertThat(result.out()).isEmpty();
    }

    private Result bap(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("./bap"));
        command.addAll(List.of(arguments));
        return run(Map.of(), root, command.toArray(String[]::new));
    }

    private Result run(Map<String, String> environment, Path folder, String... command) throws Exception {
        Path err = parent.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, Files.readString(err));
    }

    private long builds() throws IOException {
        return Files.readAllLines(calls).stream()
                .filter(line -> line.startsWith("mvn "))
                .count();
    }

    private String javaOf(String version) {
        return """
                if [ "$1" = -version ]; then echo 'openjdk version "%s" 2026-01-01' >&2; exit 0; fi
                echo "java $*" >> '%s'
                for last; do :; done
                echo "java says: $last"
                """.formatted(version, calls);
    }

    private String mavenOf(String version, String end) {
        return """
                if [ "$1" = -v ]; then echo 'Apache Maven %s (hash)'; exit 0; fi
                echo "mvn $* in $PWD" >> '%s'
                echo '[INFO] Building bap-engine: registry 0.1.0-SNAPSHOT                       [2/9]'
                mkdir -p local/target/dist engine/target/dist/bin
                touch local/target/dist/bap.jar engine/target/dist/bin/engine
                %s/chmod +x engine/target/dist/bin/engine
                %s
                """.formatted(version, calls, onPath("chmod").getParent(), end);
    }

    private static void program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!" + SHELL + "\n" + script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Path onPath(String program) {
        return new SearchPath(System.getenv("PATH")).find(program).orElseThrow();
    }
}
