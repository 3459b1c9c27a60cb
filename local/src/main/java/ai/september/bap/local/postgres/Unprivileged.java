package ai.september.bap.local.postgres;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.process.SearchPath;
import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL refuses to run as root. For root its programs are started in a user namespace in which root is nobody in
 * particular: same files, same pid, no change of ownership.
 */
final class Unprivileged {

    private final List<String> prefix;

    private Unprivileged(List<String> prefix) {
        this.prefix = prefix;
    }

    static Unprivileged on(Map<String, String> environment) throws InterruptedException {
        if (new UnixSystem().getUid() != 0) {
            return new Unprivileged(List.of());
        }
        List<String> unshare = SearchPath.of(environment)
                .find("unshare")
                .map(program -> List.of(program.toString(), "-U"))
                .orElseThrow(Unprivileged::cannotRunAsRoot);
        if (!works(unshare)) {
            throw cannotRunAsRoot();
        }
        return new Unprivileged(unshare);
    }

    private static boolean works(List<String> unshare) throws InterruptedException {
        List<String> probe = new ArrayList<>(unshare);
        probe.add("true");
        try {
            return new ProcessBuilder(probe)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static LocalException cannotRunAsRoot() {
        return new LocalException(
                ExitCode.PART_FAILED,
                "PostgreSQL does not run as root, and this machine allows no user namespace (unshare -U): run ./bap dev "
                        + "as an ordinary user, or set ORCH_DATABASE_URL to a database of your own.");
    }

    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(program).toString());
        command.addAll(arguments);
        return command;
    }
}
