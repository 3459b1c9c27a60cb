package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.subprocess.EngineProgram;
import ai.september.bap.activities.subprocess.LogLimits;
import ai.september.bap.activities.subprocess.SubprocessBackend;
import ai.september.bap.activities.subprocess.SubprocessSettings;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.testing.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: one that ends when asked, one that is frozen, one that does not listen. */
@Timeout(120)
class EngineShutdownIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ImageRef IMAGE = new ImageRef("september-engine:test");

    /** What is deaf has a file {@code deaf} in its home. */
    private static final String SCRIPT = """
            #!/bin/sh
            if [ -e "$HOME/deaf" ]; then trap 'echo asked' TERM; else trap 'echo goodbye; exit 0' TERM; fi
            echo serving
            while :; do sleep 1000 & wait $!; done
            """;

    @TempDir
    Path home;

    private SubprocessBackend backend;
    private ContainerId polite;
    private ContainerId frozen;
    private ContainerId deaf;

    @BeforeEach
    void startEngines() throws Exception {
        Path executable = home.resolve("engine");
        Files.writeString(executable, SCRIPT);
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        backend = new SubprocessBackend(new SubprocessSettings(
                home.resolve("engines"),
                home.resolve("templates"),
                new EngineProgram(IMAGE, executable, executable, List.of(), List.of()),
                Map.of(),
                null,
                SOON,
                LogLimits.DEFAULT));
        polite = started(false);
        frozen = started(false);
        backend.pause(frozen);
        deaf = started(true);
    }

    private ContainerId started(boolean isDeaf) throws Exception {
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ContainerSpec spec = new ContainerSpec(
                    EngineId.random(), ProductId.random(), 1, IMAGE, null, port.getLocalPort(), "ab".repeat(32));
            port.close();
            ContainerId id = backend.createOrAdopt(spec).id();
            if (isDeaf) {
                Path folder = home.resolve("engines").resolve(id.value().replaceFirst("\\.", "/container/"));
                Files.createFile(Files.createDirectories(folder.resolve("home")).resolve("deaf"));
            }
            backend.start(id);
            Await.atMost(SOON, "it serves").until(() -> output(id).contains("serving"));
            return id;
        }
    }

    @AfterEach
    void endEngines() throws Exception {
        for (ContainerStatus container : backend.list()) {
            backend.remove(container.id());
        }
        backend.close();
    }

    private String output(ContainerId id) throws InterruptedException {
        return backend.output(id, 1000);
    }

    @Test
    void allAreAskedAndWhoeverDoesNotListenIsKilled() throws Exception {
        new EngineShutdown(backend, Duration.ofSeconds(3)).close();

        assertThat(backend.list()).hasSize(3).noneMatch(ContainerStatus::isLive);
        assertThat(output(polite)).endsWith("goodbye\n");
        assertThat(output(frozen)).endsWith("goodbye\n");
        assertThat(output(deaf)).contains("asked");
    }

    @Test
    void anInterruptLeavesNoProcess() throws Exception {
        Thread closing = new Thread(() -> new EngineShutdown(backend, Duration.ofMinutes(30)).close());
        closing.start();
        Await.atMost(SOON, "it was asked, in vain").until(() -> output(deaf).contains("asked"));

        closing.interrupt();
        closing.join();

        assertThat(backend.list()).hasSize(3).noneMatch(ContainerStatus::isLive);
    }
}
