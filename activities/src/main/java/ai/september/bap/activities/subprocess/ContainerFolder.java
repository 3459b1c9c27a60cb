package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.registry.id.EngineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One container on disk: its definition, its launches, its output, and the folders its processes get. Its name,
 * incarnation and a random token, is not used twice.
 */
record ContainerFolder(Path folder, EngineId engineId, int incarnation, String token) {

    static final String DEFINITION = "definition.json";

    private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,8})\\.([0-9a-f]{8})");

    /** The container that a folder is; empty if it is something else. */
    static Optional<ContainerFolder> of(Path folder, EngineId engineId) {
        Matcher matcher = NAME.matcher(folder.getFileName().toString());
        if (!matcher.matches() || !FileTree.isFolder(folder)) {
            return Optional.empty();
        }
        return Optional.of(new ContainerFolder(folder, engineId, Integer.parseInt(matcher.group(1)), matcher.group(2)));
    }

    ContainerId id() {
        return new ContainerId(engineId + "." + incarnation + "." + token);
    }

    /** When it was made; null if it is gone. */
    @Nullable
    Instant createdAt() throws IOException {
        try {
            return Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .creationTime()
                    .toInstant()
                    .truncatedTo(ChronoUnit.MILLIS);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    boolean exists() {
        return FileTree.isFolder(folder);
    }

    Path home() {
        return folder.resolve("home");
    }

    Path temporary() {
        return folder.resolve("tmp");
    }

    Path catalog() {
        return folder.resolve("catalog");
    }

    OutputLog output(LogLimits limits) {
        return new OutputLog(folder.resolve("output.log"), limits);
    }

    /** The text of the definition; empty if there is none. */
    Optional<String> definition() throws IOException {
        return FileTree.read(folder.resolve(DEFINITION));
    }

    void define(String definition) throws IOException {
        FileTree.write(folder.resolve(DEFINITION), definition);
    }

    /** Makes the folders that a process gets: a home, an empty temporary folder, the catalog. */
    void prepare(@Nullable Path operatorsCatalog) throws IOException {
        FileTree.makeFolder(home());
        FileTree.delete(temporary());
        FileTree.makeNewFolder(temporary());
        if (Files.isSymbolicLink(catalog()) || operatorsCatalog != null) {
            FileTree.delete(catalog());
        }
        if (operatorsCatalog != null) {
            Files.createSymbolicLink(catalog(), operatorsCatalog);
        } else {
            FileTree.makeFolder(catalog());
        }
    }

    /** Launches of any kind, oldest first. */
    List<Launch> launches() throws IOException {
        List<Launch> launches = new ArrayList<>();
        for (Path child : FileTree.children(folder)) {
            if (Launch.isLaunch(child)) {
                launches.add(new Launch(child));
            }
        }
        launches.sort(Comparator.comparingInt(Launch::number));
        return launches;
    }

    /** The last launch that made an engine run. */
    Optional<Launch> lastServing() throws IOException {
        return launches().stream()
                .filter(launch -> launch.is(Launch.Kind.SERVE) && launch.isCommitted())
                .reduce((earlier, later) -> later);
    }

    Launch newLaunch(Launch.Kind kind) throws IOException {
        int last = launches().stream().mapToInt(Launch::number).max().orElse(0);
        return Launch.create(folder, kind, last + 1);
    }

    /** Deletes the container: gone for all who look, before the first file of it is. */
    void delete() throws IOException {
        Path trash = folder.resolveSibling(".removed-" + folder.getFileName());
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(folder, trash, StandardCopyOption.ATOMIC_MOVE);
            FileTree.delete(trash);
        }
    }
}
