package ai.september.bap.blackbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The engine processes of one test's folder: an engine works inside its own, and its environment says so. */
public final class EngineProcesses {

    private EngineProcesses() {}

    /** Kill -9 of every one, so that nothing is left behind. */
    public static void end(Path folder) {
        under(folder).forEach(ProcessHandle::destroyForcibly);
    }

    /** Those of one engine. */
    public static List<Long> of(Path folder, String engineId) {
        return under(folder)
                .filter(process -> environment(process).contains(engineId))
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Sends a signal to every one of an engine. */
    static void signal(Path folder, String engineId, String name) throws IOException, InterruptedException {
        for (long pid : of(folder, engineId)) {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        }
    }

    private static Stream<ProcessHandle> under(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains("SQLITE_DB_PATH=" + folder));
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return "";
        }
    }
}
