package ai.september.bap.activities.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The container that this process runs in. */
final class OwnContainer {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /** Docker mounts these files from the container's own folder, whatever the container calls itself. */
    private static final Pattern OWN_FILE =
            Pattern.compile("/containers/([0-9a-f]{64})/\\S* /etc/(?:hostname|hosts|resolv\\.conf) ");

    private OwnContainer() {}

    /** Its id; empty if this process runs in none. */
    static Optional<String> id() {
        try {
            return idIn(Files.readString(MOUNTS));
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    static Optional<String> idIn(String mounts) {
        return OWN_FILE.matcher(mounts).results().map(found -> found.group(1)).findFirst();
    }
}
