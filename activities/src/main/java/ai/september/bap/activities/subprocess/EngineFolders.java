package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.registry.id.EngineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * All engines' places on disk. What is not ours in the folder is left alone; what a crash left half deleted is deleted
 * when the orchestrator starts again.
 */
record EngineFolders(Path root) {

    private static final String TRASH = ".trash-";

    EngineFolder engine(EngineId id) {
        return new EngineFolder(root.resolve(id.toString()), id);
    }

    List<EngineFolder> engines() throws IOException {
        List<EngineFolder> engines = new ArrayList<>();
        for (Path child : FileTree.children(root)) {
            engineId(child.getFileName().toString())
                    .map(id -> new EngineFolder(child, id))
                    .filter(EngineFolder::exists)
                    .ifPresent(engines::add);
        }
        return engines;
    }

    /** The container of that very id. */
    Optional<ContainerFolder> find(ContainerId id) throws IOException {
        int dot = id.value().indexOf('.');
        Optional<EngineId> engineId =
                dot < 0 ? Optional.empty() : engineId(id.value().substring(0, dot));
        if (engineId.isEmpty()) {
            return Optional.empty();
        }
        return engine(engineId.get()).containers().stream()
                .filter(container -> container.id().equals(id))
                .findFirst();
    }

    /** Deletes an engine's folder: gone for all who look, before the first file of it is. */
    void delete(EngineFolder engine) throws IOException {
        if (engine.exists()) {
            Path trash = root.resolve(TRASH + engine.engineId() + "-" + UUID.randomUUID());
            Files.move(engine.folder(), trash, StandardCopyOption.ATOMIC_MOVE);
            FileTree.sync(root);
            FileTree.delete(trash);
        }
    }

    void prepare() throws IOException {
        FileTree.makeFolder(root);
        for (Path child : FileTree.children(root)) {
            if (child.getFileName().toString().startsWith(TRASH)) {
                FileTree.delete(child);
            }
        }
    }

    private static Optional<EngineId> engineId(String name) {
        try {
            EngineId id = EngineId.parse(name);
            return id.toString().equals(name) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }
}
