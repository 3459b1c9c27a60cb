package ai.september.bap.activities.subprocess;

import ai.september.bap.registry.id.EngineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One engine's place on disk: its volume {@code data} and its containers. */
record EngineFolder(Path folder, EngineId engineId) {

    static final String BRAIN = "brain.sqlite";

    Path volume() {
        return folder.resolve("data");
    }

    Path brain() {
        return volume().resolve(BRAIN);
    }

    boolean exists() {
        return FileTree.isFolder(folder);
    }

    private Path containersFolder() {
        return folder.resolve("container");
    }

    boolean hasVolume() {
        return FileTree.isFolder(volume());
    }

    void makeVolume() throws IOException {
        FileTree.makeFolder(volume());
    }

    boolean hasBrain() throws IOException {
        return Files.isRegularFile(brain()) && Files.size(brain()) > 0;
    }

    /** Whether the volume was never used; leftovers of an interrupted copy are removed. */
    boolean isVolumeEmpty() throws IOException {
        boolean empty = true;
        for (Path child : FileTree.children(volume())) {
            if (FileTree.isDraft(child)) {
                FileTree.delete(child);
            } else {
                empty = false;
            }
        }
        return empty;
    }

    /** Containers that exist, whatever their state. */
    List<ContainerFolder> containers() throws IOException {
        List<ContainerFolder> containers = new ArrayList<>();
        if (exists() && FileTree.isFolder(containersFolder())) {
            for (Path child : FileTree.children(containersFolder())) {
                ContainerFolder.of(child, engineId).ifPresent(containers::add);
            }
        }
        return containers;
    }

    Optional<ContainerFolder> container(int incarnation) throws IOException {
        return containers().stream()
                .filter(container -> container.incarnation() == incarnation)
                .findFirst();
    }

    /** A new container, which is there with its definition or not at all. */
    ContainerFolder create(int incarnation, String definition) throws IOException {
        FileTree.makeFolder(containersFolder());
        deleteRemains();
        String token = UUID.randomUUID().toString().substring(0, 8);
        Path draft = containersFolder().resolve(".new-" + token);
        FileTree.makeNewFolder(draft);
        FileTree.write(draft.resolve(ContainerFolder.DEFINITION), definition);
        Path folder = containersFolder().resolve(incarnation + "." + token);
        Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        return new ContainerFolder(folder, engineId, incarnation, token);
    }

    private void deleteRemains() throws IOException {
        for (Path child : FileTree.children(containersFolder())) {
            if (child.getFileName().toString().startsWith(".")) {
                FileTree.delete(child);
            }
        }
    }
}
