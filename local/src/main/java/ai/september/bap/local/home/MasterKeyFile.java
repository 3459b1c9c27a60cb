package ai.september.bap.local.home;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.registry.vault.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The master key of a state folder: generated once, alone in its file, mode 0600. */
public final class MasterKeyFile {

    private static final String NAME = "master.key";

    private final Path file;

    public MasterKeyFile(BapHome home) {
        this.file = home.folder().resolve(NAME);
    }

    /**
     * The key, generated at the first call.
     *
     * @param needed whether something was encrypted already: then a missing key is not replaced
     * @throws LocalException when the file is missing though needed, unreadable, or holds no key
     */
    public String obtain(boolean needed) {
        try {
            if (!Files.exists(file)) {
                generate(needed);
            }
            return check(PrivateFile.read(file));
        } catch (IOException e) {
            throw broken("cannot be read or written (" + e.getMessage() + ")");
        }
    }

    private void generate(boolean needed) throws IOException {
        if (needed) {
            throw broken("is missing, and without it the engine keys in the database cannot be read");
        }
        PrivateFile.write(file, MasterKey.generate().reveal());
    }

    private String check(String line) {
        try {
            return MasterKey.parse(line).reveal();
        } catch (IllegalArgumentException e) {
            throw broken("holds no master key");
        }
    }

    private LocalException broken(String what) {
        return new LocalException(
                ExitCode.HOME_BROKEN,
                "The file " + file + " " + what
                        + ": restore it from a backup, or remove the state folder (a factory reset).");
    }
}
