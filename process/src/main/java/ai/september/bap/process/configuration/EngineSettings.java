package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What engines are made of and where they run.
 *
 * @param image what an engine gets unless its product asks for another
 * @param imagesAllowed globs of the other images a product may ask for
 * @param hostId the container daemon's name in rows and queues; empty: the daemon's own id
 * @param envPassthrough names of the worker's variables that engines get unchanged
 * @param network the container network engines live in
 * @param urlMode which address products are told
 * @param ports what engines may be published at
 * @param catalogPath a directory all engines see read-only
 * @param migrateCommand what brings a brain to the image's schema; empty: the image does so at boot
 * @param bootTimeout from container start to the first healthy answer
 * @param stopGrace from SIGTERM to SIGKILL
 * @param docker what the docker backend works with
 * @param subprocess what the subprocess backend works with
 */
public record EngineSettings(
        ImageRef image,
        List<String> imagesAllowed,
        EngineBackend backend,
        Optional<HostId> hostId,
        List<String> envPassthrough,
        String network,
        EngineUrlMode urlMode,
        PortRange ports,
        Optional<Path> catalogPath,
        List<String> migrateCommand,
        Duration bootTimeout,
        Duration stopGrace,
        ContainerSettings docker,
        SubprocessFolders subprocess) {

    private static final int MAX_SECONDS = 3_600;

    public EngineSettings {
        requireNonNull(image, "image");
        imagesAllowed = List.copyOf(imagesAllowed);
        requireNonNull(backend, "backend");
        requireNonNull(hostId, "hostId");
        envPassthrough = List.copyOf(envPassthrough);
        requireNonNull(network, "network");
        requireNonNull(urlMode, "urlMode");
        requireNonNull(ports, "ports");
        requireNonNull(catalogPath, "catalogPath");
        migrateCommand = List.copyOf(migrateCommand);
        requireNonNull(bootTimeout, "bootTimeout");
        requireNonNull(stopGrace, "stopGrace");
        requireNonNull(docker, "docker");
        requireNonNull(subprocess, "subprocess");
    }

    static Draft<EngineSettings> read(SettingsReader in) {
        Setting<ImageRef> image =
                in.required("engine.image", ImageRef::new, "use an image's name, for example september-engine:2.3.0");
        Setting<List<String>> allowed = in.list(
                "engine.imagesAllowed",
                EngineRules::imageGlob,
                "use names with * and ?, for example september-engine:2.*");
        Setting<EngineBackend> backend = EngineRules.backend(in);
        Setting<Optional<HostId>> hostId = in.optional(
                "engine.hostId",
                HostId::new,
                "use 1 to 128 letters, digits and : . _ -, beginning with a letter or digit");
        Setting<List<String>> passthrough =
                in.list("engine.envPassthrough", EngineRules::passthrough, EngineRules.PASSTHROUGH_REMEDY);
        if (passthrough.isGood()) {
            in.warnOfForgotten(passthrough.value());
        }
        Setting<String> network = in.required(
                "engine.network",
                EngineRules::networkName,
                "use letters, digits and _ . -, and none of the daemon's own (host, none, bridge), for example engine_net");
        Setting<EngineUrlMode> urlMode = EngineRules.urlMode(in, backend);
        Draft<PortRange> ports = PortRange.read(in);
        Setting<Optional<Path>> catalog =
                in.optional("engine.catalogPath", EngineRules::absolutePath, "use an absolute path on the host");
        Setting<Duration> bootTimeout = in.seconds("engine.bootTimeout", 1, MAX_SECONDS);
        Setting<Duration> stopGrace = in.seconds("engine.stopGrace", 1, MAX_SECONDS);
        Draft<ContainerSettings> docker = ContainerSettings.read(in, backend, urlMode);
        Draft<SubprocessFolders> subprocess = SubprocessFolders.read(in);
        return () -> new EngineSettings(
                image.value(),
                allowed.value(),
                backend.value(),
                hostId.value(),
                passthrough.value(),
                network.value(),
                urlMode.value(),
                ports.make(),
                catalog.value(),
                EngineRules.migrateCommand(in),
                bootTimeout.value(),
                stopGrace.value(),
                docker.make(),
                subprocess.make());
    }
}
