package ai.september.bap.local.processes;

import static ai.september.bap.local.processes.DockerCommand.docker;

import ai.september.bap.testing.Prerequisite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The reference engine as an image, on the base that the lab has. */
final class ReferenceImage {

    static final String NAME = "bap-test/reference-engine:1";

    private static final String BASE =
            Optional.ofNullable(System.getenv("JRE_IMAGE")).orElse("lab/jre:17");
    private static final String DOCKERFILE = """
            FROM %s
            COPY dist /opt/engine
            USER 10001:10001
            ENTRYPOINT ["/opt/engine/bin/engine"]
            CMD ["serve"]
            """;

    private ReferenceImage() {}

    /** Builds it, in a folder of the test. */
    static void build(Path folder) throws Exception {
        DockerCommand.require();
        Prerequisite.that(!docker("images", "-q", BASE).isEmpty(), "the image " + BASE + ": .ci/lab up");
        Path context = Files.createDirectories(folder.resolve("image"));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE.formatted(BASE));
        Path engine = Path.of("..", "engine", "target").toAbsolutePath().normalize();
        docker("build", "-q", "-t", NAME, "-f", context.resolve("Dockerfile").toString(), engine.toString());
    }
}
