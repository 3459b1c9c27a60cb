package ai.september.bap.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.process.SearchPath;
import ai.september.bap.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell script in a repository of its own, with stand-ins for java, javac and mvn that say how they were called. */
class BapScriptTest {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> SYSTEM_PROGRAMS = List.of(
            "cat",
            "dirname",
            "find",
            "grep",
            "head",
            "ln",
            "ls",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tee",
            "touch");
    private static final Path SHELL = onPath("sh");
    private static final String HELP = "local/src/main/resources/ai/september/bap/local/cli/help.txt";

    @TempDir
    private Path parent;

    private Path root;
    private Path bin;
    private Path calls;
    private final AtomicInteger runs = new AtomicInteger();

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
        program(bin.resolve("javac"), javacOf("17.0.15"));
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
    void removesWhatWasBuiltBeforeABuild() throws Exception {
        List<Path> stale = List.of(
                root.resolve("local/target/dist/lib/old.jar"),
                root.resolve("engine/target/dist/lib/old.jar"),
                root.resolve("registry/target/classes/db/migration/V009__withdrawn.sql"),
                root.resolve("engine/target/classes/brain/V009__withdrawn.sql"));
        for (Path file : stale) {
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }

        bap("dev");

        assertThat(stale).noneMatch(Files::exists);
        assertThat(root.resolve("local/target/dist/bap.jar")).exists();
    }

    @Test
    void buildsNothingWhileAnotherHoldsTheStateFolder() throws Exception {
        Path home = Files.createDirectory(root.resolve(".bap"));
        Process holder = holding(home.resolve("lock"));
        try {
            Files.writeString(home.resolve("lock"), holder.pid() + "\n");
            String refusal = "bap: The state folder " + home + " is in use by another ./bap dev (pid " + holder.pid()
                    + "): stop that one, or set BAP_HOME to another folder.\n";

            assertThat(bap("dev")).isEqualTo(new Result(ExitCode.HOME_IN_USE.number(), "", refusal));
            assertThat(run(Map.of("BAP_HOME", ".bap/."), root, "./bap", "dev").err())
                    .isEqualTo(refusal);
            assertThat(builds()).isZero();
            assertThat(run(Map.of("BAP_HOME", parent.toString()), root, "./bap", "dev")
                            .exitCode())
                    .as("of another folder")
                    .isZero();
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(bap("dev").exitCode()).as("a lock that was left").isZero();
    }

    /** The shell opens the file and becomes something that stays. */
    private static Process holding(Path file) throws IOException {
        Process process =
                new ProcessBuilder(SHELL.toString(), "-c", "exec 9>'" + file + "'; echo; exec sleep 600").start();
        assertThat(process.getInputStream().read()).isEqualTo('\n');
        return process;
    }

    @Test
    void ofTwoFirstBuildsTheSecondWaitsForTheFirst() throws Exception {
        Path go = parent.resolve("go");
        program(bin.resolve("mvn"), mavenOf("3.9.9", "until [ -e '" + go + "' ]; do sleep 0.05; done"));
        CompletableFuture<Result> first = inBackground();
        Await.atMost(Duration.ofSeconds(20), "the first to build").until(() -> builds() == 1);
        CompletableFuture<Result> second = inBackground();
        Await.atMost(Duration.ofSeconds(20), "the second to wait")
                .until(() -> Files.exists(err(2)) && Files.readString(err(2)).contains("is building; waiting for it"));

        Files.createFile(go);

        assertThat(first.get().exitCode()).isZero();
        assertThat(second.get().exitCode()).isZero();
        assertThat(second.get().err()).matches("Another ./bap \\(pid [0-9]+\\) is building; waiting for it\n");
        assertThat(builds()).isEqualTo(1);
        assertThat(root.resolve("target/bap-build.lock")).doesNotExist();
    }

    private CompletableFuture<Result> inBackground() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return bap("dev");
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBuildThatWasKilledDoesNotStopTheNext(boolean pidIsAStrangersByNow) throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            if (!pidIsAStrangersByNow) {
                other.destroyForcibly().waitFor();
            }
            Files.createDirectory(root.resolve("target"));
            Files.createSymbolicLink(root.resolve("target/bap-build.lock"), Path.of(Long.toString(other.pid())));

            assertThat(bap("dev").err()).doesNotContain("waiting");
            assertThat(builds()).isEqualTo(1);
            assertThat(root.resolve("target").toFile().list()).noneMatch(file -> file.contains("lock"));
        } finally {
            other.destroyForcibly();
        }
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

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.2", "16"})
    void saysThatTheCompilerIsOlderThanTheRuntime(String version) throws Exception {
        program(bin.resolve("javac"), javacOf(version));

        assertNoToolchain(
                bap("dev"), "/bin/javac is Java " + version + ": bap-engine needs a JDK, 17 or newer; set JAVA_HOME");
    }

    @Test
    void prefersJavaHomeAndSaysWhenItIsWrong() throws Exception {
        Files.delete(bin.resolve("java"));
        Path home = parent.resolve("my jdk");
        program(home.resolve("bin/java"), javaOf("21"));
        program(home.resolve("bin/javac"), javacOf("21"));

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
        Path err = err(runs.incrementAndGet());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, Files.readString(err));
    }

    private Path err(int run) {
        return parent.resolve("err" + run);
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

    private static String javacOf(String version) {
        return "echo 'javac " + version + "'\n";
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
