package ai.september.bap.activities.subprocess;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.ImageRef;
import java.nio.file.Path;
import java.util.List;

/**
 * The program that stands for the one image that this backend knows.
 *
 * @param image the name by which it is asked for
 * @param executable what is run
 * @param content the file or folder whose bytes are the image: if they change, it is another image. Nothing in it may
 *     be written at run time.
 * @param serveArguments arguments that make it serve
 * @param migrateArguments arguments that make it migrate the brain and exit; empty if it migrates at boot
 */
public record EngineProgram(
        ImageRef image, Path executable, Path content, List<String> serveArguments, List<String> migrateArguments) {

    public EngineProgram {
        requireNonNull(image, "image");
        executable = executable.toAbsolutePath().normalize();
        content = content.toAbsolutePath().normalize();
        serveArguments = List.copyOf(serveArguments);
        migrateArguments = List.copyOf(migrateArguments);
    }

    boolean migratesAtBoot() {
        return migrateArguments.isEmpty();
    }
}
