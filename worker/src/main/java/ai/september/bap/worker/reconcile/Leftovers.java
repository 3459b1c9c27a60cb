package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.docker.DaemonAddress;
import ai.september.bap.activities.docker.DockerDaemon;
import ai.september.bap.activities.docker.DockerInstallation;
import ai.september.bap.activities.docker.DockerInstallations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What installations have in a container daemon, to be listed and removed by hand. Thread-safe. */
public final class Leftovers implements ForeignThings.Store, AutoCloseable {

    private final DockerDaemon daemon;
    private final DockerInstallations installations;

    private Leftovers(DockerDaemon daemon) {
        this.daemon = daemon;
        this.installations = new DockerInstallations(daemon);
    }

    /** In the daemon that Docker's own variables name. */
    public static Leftovers open(Map<String, String> variables) {
        String certificates = variables.getOrDefault("DOCKER_CERT_PATH", "");
        return new Leftovers(DockerDaemon.at(new DaemonAddress(
                Optional.ofNullable(variables.get("DOCKER_HOST"))
                        .filter(host -> !host.isBlank())
                        .orElse("unix:///var/run/docker.sock"),
                List.of("1", "true").contains(variables.getOrDefault("DOCKER_TLS_VERIFY", "")),
                certificates.isBlank() ? null : Path.of(certificates))));
    }

    /** Why the daemon does not answer; empty if it does. */
    public Optional<String> absence() {
        return daemon.absence();
    }

    @Override
    public List<ForeignThings> list() throws InterruptedException {
        return installations.list().stream().map(Leftovers::things).toList();
    }

    @Override
    public void remove(ForeignThings seen) throws InterruptedException {
        for (DockerInstallation now : installations.list()) {
            if (now.installationId().equals(seen.installationId())) {
                if (!things(now).equals(seen)) {
                    throw new IllegalStateException("installation " + seen.installationId()
                            + " is alive: it has changed since it was looked at; nothing of it was removed");
                }
                installations.remove(now);
            }
        }
    }

    static ForeignThings things(DockerInstallation installation) {
        return new ForeignThings(
                installation.installationId(),
                installation.running(),
                installation.lastMade().orElse(null),
                names(installation.containers()),
                names(installation.volumes()),
                names(installation.networks()));
    }

    private static List<String> names(List<DockerInstallation.Thing> things) {
        return things.stream().map(DockerInstallation.Thing::name).sorted().toList();
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }
}
