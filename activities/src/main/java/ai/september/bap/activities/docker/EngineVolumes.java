package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.registry.id.EngineId;
import com.github.dockerjava.api.command.CreateVolumeResponse;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The engines' volumes. Each belongs to the user of its engine's image. Where the image has the folder, the daemon sees to
 * that; else it is done by an archive that is unpacked in a container which is never started, so that nothing runs as root
 * and the image needs no program for it. Thread-safe.
 */
final class EngineVolumes {

    private final DaemonCalls calls;
    private final Labels labels;
    private final OurContainers containers;
    private final ContainerFiles files;
    private final EngineImages images;
    private final Sandbox sandbox;

    /** By image id: an image never changes. */
    private final Map<String, EngineUser> users = new ConcurrentHashMap<>();

    /** What the daemon puts on new volumes from an image; by image id, too. Looking costs as much as making a container. */
    private final Map<String, VolumeContents> asNew = BrainCopies.few();

    EngineVolumes(
            DaemonCalls calls,
            Labels labels,
            OurContainers containers,
            ContainerFiles files,
            EngineImages images,
            Sandbox sandbox) {
        this.calls = calls;
        this.labels = labels;
        this.containers = containers;
        this.files = files;
        this.images = images;
        this.sandbox = sandbox;
    }

    /**
     * Makes sure that the engine has a volume.
     *
     * @return whether it had none before
     * @throws BackendException if somebody else's has its name
     */
    boolean ensure(ContainerSpec spec) throws InterruptedException {
        if (find(spec.engineId()).isPresent()) {
            return false;
        }
        CreateVolumeResponse made = calls.make(
                "create a volume",
                DaemonCalls.QUICK,
                client -> client.createVolumeCmd()
                        .withName(Names.volume(spec.engineId()))
                        .withLabels(labels.ofVolume(spec))
                        .exec());
        // A stranger may have been faster: then the daemon gives us his.
        requireOurs(spec.engineId(), made.getLabels());
        return true;
    }

    private Optional<InspectVolumeResponse> find(EngineId engineId) throws InterruptedException {
        String name = Names.volume(engineId);
        try {
            InspectVolumeResponse found = calls.call(
                    "look at a volume", client -> client.inspectVolumeCmd(name).exec());
            requireOurs(engineId, found.getLabels());
            return Optional.of(found);
        } catch (NotFoundException missing) {
            return Optional.empty();
        }
    }

    private void requireOurs(EngineId engineId, @Nullable Map<String, String> found) {
        if (!labels.areOurs(found, engineId)) {
            String name = Names.volume(engineId);
            throw BackendException.lasting(
                    ("a volume named %s is there that this installation did not make, and what is in it stays"
                                    + " untouched: remove it if nobody needs it (docker volume rm %s); if it is this"
                                    + " engine's brain, brought back, put its content into one with our labels"
                                    + " (docker volume create%s %s)")
                            .formatted(name, name, labels.options(engineId), name),
                    null);
        }
    }

    /**
     * The engines that have one. What bears the labels of an engine under another name, such as a copy that somebody keeps,
     * is none.
     */
    Set<EngineId> engines() throws InterruptedException {
        Set<EngineId> engines = new HashSet<>();
        for (InspectVolumeResponse volume : list()) {
            Labels.engineOf(volume.getLabels())
                    .filter(engine -> Names.volume(engine).equals(volume.getName()))
                    .ifPresent(engines::add);
        }
        return engines;
    }

    private List<InspectVolumeResponse> list() throws InterruptedException {
        List<InspectVolumeResponse> ours = calls.call(
                        "list volumes",
                        client -> client.listVolumesCmd()
                                .withFilter("label", labels.selectOurs())
                                .exec())
                .getVolumes();
        return ours == null ? List.of() : ours;
    }

    /**
     * Makes sure that the volume of an engine that has a brain is there.
     *
     * @throws BackendException if it is not, saying how to bring it back
     */
    void require(EngineId engineId) throws InterruptedException {
        if (find(engineId).isEmpty()) {
            throw BackendException.lasting(
                    ("volume %s, which held this engine's brain, is gone from the container daemon's machine: bring it back"
                                    + " from a backup (docker volume create%s %s, then its content), or destroy the engine"
                                    + " and provision it anew")
                            .formatted(Names.volume(engineId), labels.options(engineId), Names.volume(engineId)),
                    null);
        }
    }

    /** Deletes the engine's volume. No-op if it is gone. */
    void remove(EngineId engineId) throws InterruptedException {
        if (find(engineId).isEmpty()) {
            return;
        }
        try {
            calls.tell(
                    "remove a volume",
                    DaemonCalls.QUICK,
                    client -> client.removeVolumeCmd(Names.volume(engineId)).exec());
        } catch (ConflictException inUse) {
            throw BackendException.lasting(
                    "volume " + Names.volume(engineId) + " is in use by a container: remove that before it", inUse);
        } catch (NotFoundException gone) {
            // As wanted.
        }
    }

    /**
     * Gives the volume to the user of the image, and says what is in it.
     *
     * @param container one that has it mounted, made from the image
     * @param isNew whether nothing has had it mounted before that container
     */
    VolumeContents own(ContainerSpec spec, String imageId, String container, boolean isNew)
            throws InterruptedException {
        EngineUser user = user(spec, imageId, container);
        VolumeContents known = isNew ? asNew.get(imageId) : null;
        VolumeContents contents = known == null ? files.volume(container) : known;
        if (isNew) {
            asNew.put(imageId, contents);
        }
        if (contents.owner().uid() != user.uid()) {
            give(spec, imageId, user);
        }
        return contents;
    }

    private void give(ContainerSpec spec, String imageId, EngineUser user) throws InterruptedException {
        String name = Names.owner(spec.engineId());
        containers.named(name, spec.engineId());
        containers.remove(name);
        String helper = containers
                .create(calls.containerOf(imageId)
                        .withName(name)
                        .withLabels(labels.ofServant(spec))
                        .withHostConfig(HostConfig.newHostConfig()
                                .withNetworkMode("none")
                                .withMounts(List.of(sandbox.data(spec)))))
                .value();
        try {
            files.write(helper, "/", () -> Tar.folder(Names.DATA.substring(1), user));
        } finally {
            containers.remove(helper);
        }
    }

    /** Puts a brain on the engine's volume, which is the user's already, unless it is there. */
    void fill(ContainerSpec spec, String imageId, String container, VolumeContents contents, byte[] brain)
            throws InterruptedException {
        EngineUser user = user(spec, imageId, container);
        if (!contents.isExactly(brain, user)) {
            files.write(container, Names.DATA, () -> Tar.file(Names.BRAIN, brain, user));
        }
    }

    /** The brain, if it is all that is on the volume that a container has mounted. */
    Optional<byte[]> brain(String container) throws InterruptedException {
        return files.volume(container).brain();
    }

    private EngineUser user(ContainerSpec spec, String imageId, String container) throws InterruptedException {
        EngineUser known = users.get(imageId);
        if (known != null) {
            return known;
        }
        String configured = images.user(imageId);
        boolean byNumbers = EngineUser.isKnownByNumbers(configured);
        EngineUser user = EngineUser.of(
                spec.image().value(),
                configured,
                byNumbers ? "" : files.text(container, "/etc/passwd"),
                byNumbers ? "" : files.text(container, "/etc/group"));
        users.put(imageId, user);
        return user;
    }
}
