package ai.september.bap.worker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.docker.DaemonAddress;
import ai.september.bap.activities.docker.DockerBackend;
import ai.september.bap.activities.docker.DockerDaemon;
import ai.september.bap.activities.docker.DockerInstallations;
import ai.september.bap.activities.docker.DockerSettings;
import ai.september.bap.activities.docker.EngineLimits;
import ai.september.bap.activities.docker.ProbeVia;
import ai.september.bap.activities.docker.PullPolicy;
import ai.september.bap.activities.subprocess.EngineProgram;
import ai.september.bap.activities.subprocess.LogLimits;
import ai.september.bap.activities.subprocess.SubprocessBackend;
import ai.september.bap.activities.subprocess.SubprocessSettings;
import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.configuration.ContainerLimits;
import ai.september.bap.process.configuration.ContainerSettings;
import ai.september.bap.process.configuration.ContainerShare;
import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.process.configuration.InvalidConfigurationException;
import ai.september.bap.registry.host.HostClaim;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.host.InstallationDao;
import ai.september.bap.registry.host.StartTurns;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.InstallationId;
import ai.september.bap.worker.reconcile.ForeignThings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the container backend that the configuration names, with all that it has to have. */
final class Backends {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    private static final HostId LOCAL = new HostId("local");

    private static final Duration CLAIM_PATIENCE = Duration.ofSeconds(10);
    private static final Duration MIGRATE_TIMEOUT = Duration.ofMinutes(2);

    /** The daemon is given two minutes for a start; whoever holds a turn for longer is not starting anything. */
    private static final Duration TURN_PATIENCE = Duration.ofMinutes(3);

    private final EngineSettings engine;
    private final Map<String, String> variables;
    private final Jdbi jdbi;
    private final int mostStarts;
    private final Consumer<AutoCloseable> opened;

    /**
     * Backends for engines of these settings.
     *
     * @param variables the worker's, some of which are handed on to engines
     * @param mostStarts most containers that this worker starts at the same time, because each keeps a connection of
     *     the database for its turn
     * @param opened is told of everything that has to be closed at the end, in the order of its opening
     */
    Backends(
            EngineSettings engine,
            Map<String, String> variables,
            Jdbi jdbi,
            int mostStarts,
            Consumer<AutoCloseable> opened) {
        this.engine = engine;
        this.variables = Map.copyOf(variables);
        this.jdbi = jdbi;
        this.mostStarts = mostStarts;
        this.opened = opened;
    }

    /** Opens the one that is configured; waits for a container daemon as long as it takes. */
    EngineSide open() throws InterruptedException {
        return switch (engine.backend()) {
            case DOCKER -> docker();
            case SUBPROCESS -> subprocess();
        };
    }

    private EngineSide docker() throws InterruptedException {
        ContainerSettings docker = engine.docker();
        DockerDaemon daemon = opened(DockerDaemon.at(new DaemonAddress(
                docker.host(), docker.tls(), docker.certificates().orElse(null))));
        Prerequisites.awaitContainerDaemon(daemon::absence);
        HostId hostId = engine.hostId().isPresent() ? engine.hostId().get() : new HostId(daemon.id());
        ContainerLimits limits = docker.limits();
        HostOffer ports = offer(hostId, "docker");
        HostOffer offer = docker.publishPorts() ? ports : ports.withoutPorts();
        long budget = limits.hostBudget(daemon.memoryBytes());
        tellOfBudget(budget, limits.each().memory());
        StartTurns turns = new StartTurns(jdbi, hostId, docker.startsAtOnce(), TURN_PATIENCE);
        DockerBackend backend =
                new DockerBackend(daemon, settings(docker, probeVia(docker, daemon)), () -> turns.take()::close);
        backend.reachEngines();
        tellOfMissingImage(backend);
        return new EngineSide(
                offer.withMemory(budget, limits.each().memory(), limits.most().memory()),
                backend,
                daemon::absence,
                ForeignThings.beside(installation(), new DockerInstallations(daemon)),
                () -> {});
    }

    private static ProbeVia probeVia(ContainerSettings docker, DockerDaemon daemon) throws InterruptedException {
        return docker.probeVia().isPresent()
                ? ProbeVia.valueOf(docker.probeVia().get().name())
                : daemon.probeVia();
    }

    /** A warning only: what there is can be stopped and destroyed without it, and it may come yet. */
    private void tellOfMissingImage(DockerBackend backend) throws InterruptedException {
        if (pullPolicy(engine.docker()) == PullPolicy.NEVER) {
            try {
                String unusedImageId = backend.imageId(engine.image(), null);
            } catch (BackendException missing) {
                LOG.warn("no engine can be made yet: {}", missing.getMessage());
            }
        }
    }

    private static PullPolicy pullPolicy(ContainerSettings docker) {
        return PullPolicy.valueOf(docker.pullPolicy().name());
    }

    private static void tellOfBudget(long budget, long each) {
        if (budget < each) {
            LOG.warn(
                    "no engine can be started: the host has {} MB for engines, one may have {} MB; see"
                            + " ORCH_HOST_MEMORY_BUDGET and ORCH_HOST_MEMORY_RESERVE",
                    budget >> 20,
                    each >> 20);
        } else {
            LOG.info("engines may have {} MB together, {} MB each", budget >> 20, each >> 20);
        }
    }

    private InstallationId installation() {
        return jdbi.withExtension(InstallationDao.class, InstallationDao::id);
    }

    private DockerSettings settings(ContainerSettings docker, ProbeVia probeVia) {
        InstallationId installation = installation();
        LOG.info("containers, networks and volumes are labelled with installation {}", installation);
        ContainerLimits limits = docker.limits();
        return new DockerSettings(
                installation,
                engine.network(),
                probeVia,
                passthrough(engine, variables),
                engine.catalogPath().orElse(null),
                engine.migrateCommand(),
                MIGRATE_TIMEOUT,
                engine.stopGrace(),
                limits(limits.each()),
                limits(limits.most()),
                pullPolicy(docker),
                Math.min(docker.startsAtOnce(), mostStarts));
    }

    private static EngineLimits limits(ContainerShare share) {
        return new EngineLimits(share.memory(), share.nanoCpus(), share.pids());
    }

    private EngineSide subprocess() throws InterruptedException {
        HostId hostId = engine.hostId().orElse(LOCAL);
        HostClaim claim = opened(claim(hostId));
        SubprocessBackend backend = opened(new SubprocessBackend(subprocessSettings()));
        // Reading the image takes a moment once; the first provision should not wait for it.
        String unusedImageId = backend.imageId(engine.image(), null);
        return new EngineSide(
                offer(hostId, "subprocess"),
                backend,
                Optional::empty,
                List::of,
                new ClaimKeeper(claim, hostId, Clock.systemUTC(), Backends::endProcess));
    }

    /** As a signal would; in a thread of its own, because the end waits for whoever asks for it. */
    @SuppressWarnings("SystemExitOutsideMain")
    private static void endProcess() {
        new Thread(() -> System.exit(ProcessMain.EXIT_FAILURE), "end").start();
    }

    private SubprocessSettings subprocessSettings() {
        Path folder = engine.subprocess().folder();
        Path distribution = engine.subprocess().distribution();
        EngineProgram program = new EngineProgram(
                engine.image(),
                distribution.resolve("bin").resolve("engine"),
                distribution,
                List.of("serve"),
                engine.migrateCommand());
        return new SubprocessSettings(
                folder.resolve("engines"),
                folder.resolve("templates"),
                program,
                passthrough(engine, variables),
                engine.catalogPath().orElse(null),
                MIGRATE_TIMEOUT,
                LogLimits.DEFAULT);
    }

    private HostClaim claim(HostId hostId) throws InterruptedException {
        return HostClaim.take(jdbi, hostId, CLAIM_PATIENCE)
                .orElseThrow(() -> new InvalidConfigurationException(List.of("ORCH_HOST_ID: host " + hostId
                        + " has a worker already, whose engines this one cannot see: end that one, or give each worker"
                        + " a host id and an ORCH_SUBPROCESS_FOLDER of its own.")));
    }

    private HostOffer offer(HostId hostId, String backend) {
        return HostOffer.of(
                hostId, backend, engine.ports().min(), engine.ports().max());
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.accept(resource);
        return resource;
    }

    /** The variables that every engine gets: the ones named, as far as they are set. */
    static Map<String, String> passthrough(EngineSettings engine, Map<String, String> variables) {
        Map<String, String> selected = new LinkedHashMap<>();
        for (String name : engine.envPassthrough()) {
            String value = variables.get(name);
            if (value != null) {
                selected.put(name, value);
            }
        }
        return selected;
    }
}
