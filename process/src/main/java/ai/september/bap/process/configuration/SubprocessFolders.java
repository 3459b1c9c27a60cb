package ai.september.bap.process.configuration;

import java.nio.file.Path;

/**
 * Where the subprocess backend finds its engine and keeps what engines write.
 *
 * @param folder brains, logs and identities of engines; one worker at a time
 * @param distribution the engine's distribution, with {@code bin/engine} in it
 */
public record SubprocessFolders(Path folder, Path distribution) {

    static Draft<SubprocessFolders> read(SettingsReader in) {
        String remedy = "use a folder's path";
        Setting<Path> folder = in.required("engine.subprocessFolder", Path::of, remedy);
        Setting<Path> distribution = in.required("engine.subprocessDistribution", Path::of, remedy);
        return () -> new SubprocessFolders(folder.value(), distribution.value());
    }
}
