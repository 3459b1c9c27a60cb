package ai.september.bap.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An engine in a container that nothing manages: {@code docker run}, with all that an engine of ours gets.
 *
 * @param port where it answers on this machine
 * @param migrated how long the run of the migrate command took that made its brain
 * @param boot from before {@code docker run} to its first healthy answer
 */
record BareContainer(Command command, String name, int port, Duration migrated, Duration boot)
        implements AutoCloseable {

    /** The first; those of engines that are managed end below it. */
    private static final int PORT = 29_500;

    /** What every container of an engine gets; that it is the same is asked of the daemon ({@link SameContainers}). */
    private static final List<String> SANDBOX = List.of(
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            "--read-only",
            "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m,mode=1777",
            "--ipc=private",
            "--init",
            "--memory=256m",
            "--memory-swap=256m",
            "--cpus=1",
            "--pids-limit=256",
            "--no-healthcheck",
            "--log-driver=json-file",
            "--log-opt=max-size=10m",
            "--log-opt=max-file=3",
            "--env=LLM_PROVIDER=echo",
            "--env=SQLITE_DB_PATH=/data/brain.sqlite",
            "--env=CATALOG_DIR=/catalog",
            "--env=ENGINE_KEY_HASH=" + "0".repeat(64));

    /** Makes a volume with a migrated brain, then starts an engine on it. */
    static BareContainer run(ComposeStack stack) throws IOException, InterruptedException {
        return run(stack, 0);
    }

    /** As the other, beside others, each with a number of its own from 0 on. */
    static BareContainer run(ComposeStack stack, int number) throws IOException, InterruptedException {
        int port = PORT + number;
        String name = "bap-bench-" + UUID.randomUUID();
        Command command = stack.docker();
        long start = System.nanoTime();
        command.run(docker(name, List.of("--rm", "--network=none"), "migrate"));
        long migrated = System.nanoTime();
        command.run(docker(name, serving(name, stack.network(), port), "serve"));
        HealthPoll.await(port, () -> true);
        long healthy = System.nanoTime();
        return new BareContainer(
                command, name, port, Duration.ofNanos(migrated - start), Duration.ofNanos(healthy - migrated));
    }

    private static List<String> serving(String name, String network, int port) {
        return List.of(
                "--detach",
                "--name=" + name,
                "--hostname=" + name,
                "--network=" + network,
                "--network-alias=" + name,
                "--publish=127.0.0.1:" + port + ":8000",
                "--restart=unless-stopped",
                "--stop-timeout=30");
    }

    private static List<String> docker(String volume, List<String> options, String verb) {
        List<String> line = new ArrayList<>(List.of("docker", "run"));
        line.addAll(SANDBOX);
        line.addAll(options);
        line.addAll(List.of("--mount=type=volume,source=" + volume + ",target=/data", ComposeStack.ENGINE_IMAGE, verb));
        return line;
    }

    /** Removes it, and its volume. */
    @Override
    public void close() throws IOException, InterruptedException {
        command.run("docker", "rm", "-f", name);
        command.run("docker", "volume", "rm", name);
    }
}
