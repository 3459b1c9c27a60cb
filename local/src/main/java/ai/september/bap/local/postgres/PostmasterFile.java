package ai.september.bap.local.postgres;

import ai.september.bap.local.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says. The file outlives a postmaster that was killed, and its pid may be anybody's by
 * then, so it is believed only when that process is a {@code postgres} that works in the data folder.
 *
 * @param port 0 while not written yet
 * @param status PostgreSQL's word for it; empty while not written yet
 */
record PostmasterFile(long pid, int port, String status) {

    private static final String PROGRAM = "postgres";

    private static final int PID = 0;
    private static final int PORT = 3;
    private static final int STATUS = 7;

    /** Empty when there is no such file, or nothing in it yet. */
    static Optional<PostmasterFile> read(Path data) throws IOException {
        try {
            List<String> lines = Files.readAllLines(path(data));
            return lines.isEmpty() ? Optional.empty() : Optional.of(parse(lines));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException garbled) {
            return Optional.empty();
        }
    }

    private static PostmasterFile parse(List<String> lines) {
        // A minus marks a backend that runs on its own; it is none of ours.
        long pid = Math.abs(Long.parseLong(lines.get(PID).strip()));
        int port = lines.size() > PORT ? Integer.parseInt(lines.get(PORT).strip()) : 0;
        String status = lines.size() > STATUS ? lines.get(STATUS).strip() : "";
        return new PostmasterFile(pid, port, status);
    }

    boolean isReady() {
        return status.equals("ready");
    }

    boolean isStopping() {
        return status.equals("stopping");
    }

    static Path path(Path data) {
        return data.resolve("postmaster.pid");
    }

    /** The postmaster of that folder, if it lives. */
    Optional<ProcessHandle> process(Path data) {
        return ProcessHandle.of(pid).filter(ProcessTable::isAlive).filter(process -> isPostmasterOf(data, process));
    }

    private static boolean isPostmasterOf(Path data, ProcessHandle process) {
        return isPostgres(process)
                && (!ProcessTable.knowsWorkingFolders()
                        || ProcessTable.workingFolder(process)
                                .filter(data::equals)
                                .isPresent());
    }

    /** The postmaster and all its children; not the shell or editor that somebody opened in the data folder. */
    static boolean isPostgres(ProcessHandle process) {
        return ProcessTable.program(process).filter(PROGRAM::equals).isPresent();
    }
}
