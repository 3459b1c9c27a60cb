package ai.september.bap.blackbox;

import java.nio.file.Path;

/** Ends the engine processes of one test's folder, so that nothing is left behind. */
public final class LeftoverEngines {

    private LeftoverEngines() {}

    /** Kill -9 of every process of an engine under this folder. */
    public static void end(Path folder) {
        ProcessHandle.allProcesses().filter(process -> isOf(process, folder)).forEach(ProcessHandle::destroyForcibly);
    }

    /** An engine works inside its own folder; its environment says so. */
    private static boolean isOf(ProcessHandle process, Path folder) {
        Path environment = Path.of("/proc", Long.toString(process.pid()), "environ");
        try {
            return new String(java.nio.file.Files.readAllBytes(environment), java.nio.charset.StandardCharsets.UTF_8)
                    .contains("SQLITE_DB_PATH=" + folder);
        } catch (java.io.IOException goneOrNotOurs) {
            return false;
        }
    }
}
