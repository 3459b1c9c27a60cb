package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the docker backend works with.
 *
 * @param host address of the container daemon
 * @param tls whether it is talked to by TLS
 * @param certificates the folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; empty: Docker's own
 * @param pullPolicy when images are fetched
 * @param probeVia the address by which workers reach engines; empty: the one that suits where they run
 * @param publishPorts whether engines have ports on the host
 * @param startsAtOnce most containers that are started on a host at the same time, by all of its workers
 * @param limits what engines may take
 */
public record ContainerSettings(
        String host,
        boolean tls,
        Optional<Path> certificates,
        PullPolicy pullPolicy,
        Optional<EngineUrlMode> probeVia,
        boolean publishPorts,
        int startsAtOnce,
        ContainerLimits limits) {

    private static final int MOST_STARTS = 64;

    public ContainerSettings {
        requireNonNull(host, "host");
        requireNonNull(certificates, "certificates");
        requireNonNull(pullPolicy, "pullPolicy");
        requireNonNull(probeVia, "probeVia");
        requireNonNull(limits, "limits");
    }

    static Draft<ContainerSettings> read(
            SettingsReader in, Setting<EngineBackend> backend, Setting<EngineUrlMode> urlMode) {
        Setting<String> host = in.required(
                "engine.dockerHost", EngineRules::dockerHost, "use unix:///path/of/socket or tcp://host:port");
        Setting<Boolean> tls = in.required("engine.dockerTls", ContainerSettings::tls, "use 1 or 0");
        Setting<Optional<Path>> certificates = in.optional(
                "engine.dockerCertPath",
                ContainerSettings::folder,
                "name the folder with ca.pem, cert.pem and key.pem that this process may read");
        Setting<PullPolicy> pullPolicy = in.choice("engine.pullPolicy", PullPolicy.class);
        Setting<Optional<EngineUrlMode>> probeVia = in.optionalChoice("engine.probeVia", EngineUrlMode.class);
        Setting<Boolean> publishPorts = publishPorts(in, backend, urlMode);
        Setting<Integer> starts = in.whole("engine.startsAtOnce", 1, MOST_STARTS);
        Draft<ContainerLimits> limits = ContainerLimits.read(in);
        return () -> new ContainerSettings(
                host.value(),
                tls.value(),
                certificates.value(),
                pullPolicy.value(),
                probeVia.value(),
                publishPorts.value(),
                starts.value(),
                limits.make());
    }

    private static Setting<Boolean> publishPorts(
            SettingsReader in, Setting<EngineBackend> backend, Setting<EngineUrlMode> urlMode) {
        Setting<Boolean> publish = in.flag("engine.publishPorts");
        if (publish.isGood() && !publish.value() && backend.isGood() && urlMode.isGood()) {
            if (backend.value() != EngineBackend.DOCKER) {
                in.problem(
                        "engine.publishPorts",
                        "is false, but subprocess engines have nothing but their ports; use true");
            } else if (urlMode.value() != EngineUrlMode.NETWORK) {
                in.problem(
                        "engine.publishPorts",
                        "is false, but products are told ports (ORCH_ENGINE_URL_MODE is host); use true, or network there");
            }
        }
        return publish;
    }

    /** As Docker's own programs have it. */
    private static boolean tls(String text) {
        return switch (text) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new IllegalArgumentException("neither 1 nor 0");
        };
    }

    private static Path folder(String text) {
        Path folder = Path.of(text);
        if (!Files.isReadable(folder.resolve("ca.pem"))) {
            throw new IllegalArgumentException("no certificates");
        }
        return folder;
    }
}
