package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.BackendException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The command in front of another that makes it the leader of a session, and so of a process group, of its own. */
final class SessionCommand {

    private static final String PERL = "POSIX::setsid() > 0 or die \"setsid: $!\"; exec { $ARGV[0] } @ARGV";

    private SessionCommand() {}

    /** {@code setsid} of Linux, else {@code perl}, which macOS has. */
    static List<String> find() {
        return setsid().or(SessionCommand::perl)
                .orElseThrow(() -> BackendException.lasting(
                        "engines need a session of their own: install setsid (util-linux) or perl", null));
    }

    static Optional<List<String>> setsid() {
        return program("setsid").map(path -> List.of(path.toString()));
    }

    static Optional<List<String>> perl() {
        return program("perl").map(path -> List.of(path.toString(), "-MPOSIX", "-e", PERL));
    }

    private static Optional<Path> program(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of("/usr/bin", "/bin"), Stream.of(path.split(File.pathSeparator, -1)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
    }
}
