package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import com.github.dockerjava.api.command.PingCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A connection to a container daemon, which may come and go meanwhile. Thread-safe. */
public final class DockerDaemon implements AutoCloseable {

    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    private static final Duration PING_TIME = Duration.ofSeconds(3);

    /** Callers are bounded elsewhere; a call never waits for another one's connection. */
    private static final int CONNECTIONS = 1024;

    private final DaemonCalls calls;
    private final DockerHttpClient http;

    private DockerDaemon(DaemonCalls calls, DockerHttpClient http) {
        this.calls = calls;
        this.http = http;
    }

    /** Prepares to talk to a daemon; whether it is there shows {@link #absence}. */
    public static DockerDaemon at(DaemonAddress address) {
        DefaultDockerClientConfig.Builder builder = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(address.host())
                .withDockerTlsVerify(address.tls());
        if (address.certificates() != null) {
            builder.withDockerCertPath(address.certificates().toString());
        }
        DefaultDockerClientConfig config = builder.build();
        DockerHttpClient http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(CONNECTIONS)
                .connectionTimeout(CONNECT_TIME)
                .build();
        return new DockerDaemon(new DaemonCalls(DockerClientImpl.getInstance(config, http)), http);
    }

    DaemonCalls calls() {
        return calls;
    }

    /** For what the client has no good command for. */
    DockerHttpClient http() {
        return http;
    }

    /** Why the daemon does not answer; empty if it does. Takes a few seconds at most. */
    public Optional<String> absence() {
        try {
            calls.tell("answer", PING_TIME, client -> {
                PingCmd ping = client.pingCmd();
                return ping.exec();
            });
            return Optional.empty();
        } catch (BackendException away) {
            return Optional.of(String.valueOf(away.getMessage()));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /** The daemon's own id, which stays with its data. */
    public String id() throws InterruptedException {
        return String.valueOf(info().getId());
    }

    /** How this process reaches containers: on their network if it is a container of this daemon itself. */
    public ProbeVia probeVia() throws InterruptedException {
        Optional<String> own = OwnContainer.id();
        return own.isPresent() && knows(own.get()) ? ProbeVia.NETWORK : ProbeVia.HOST;
    }

    private boolean knows(String container) throws InterruptedException {
        try {
            calls.tell(
                    "look at this process's container",
                    DaemonCalls.QUICK,
                    client -> client.inspectContainerCmd(container).exec());
            return true;
        } catch (NotFoundException anotherDaemons) {
            return false;
        }
    }

    /** All the memory of the daemon's machine, in bytes. */
    public long memoryBytes() throws InterruptedException {
        Long total = info().getMemTotal();
        return total == null ? 0 : total;
    }

    private Info info() throws InterruptedException {
        return calls.call("say who it is", client -> client.infoCmd().exec());
    }

    @Override
    public void close() throws IOException {
        calls.close();
    }
}
