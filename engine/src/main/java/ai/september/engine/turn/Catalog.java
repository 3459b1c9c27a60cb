package ai.september.engine.turn;

import ai.september.engine.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The operator's read-only folder. Of it the engine uses {@code system.md}, the instructions given to the model: read at
 * each turn, so that a change needs no restart; its first 64 KiB count.
 */
public final class Catalog {

    private static final int MAX_BYTES = 64 * 1024;

    private final Path system;

    public Catalog(Path folder) {
        this.system = folder.resolve("system.md");
    }

    Optional<String> system() {
        if (!Files.isRegularFile(system)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(system)) {
            String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            Log.error("system.md of the catalog cannot be read; going on without it");
            return Optional.empty();
        }
    }
}
