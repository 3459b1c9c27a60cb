package ai.september.bap.local.temporal;

import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.process.ProcessTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Dev servers of this state folder that an earlier run has left running. The process table knows them by their
 * database, so that no note can be missing or stale.
 */
final class Leftovers {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Path database;

    Leftovers(Path database) {
        this.database = database;
    }

    List<ProcessHandle> find() {
        return ProcessTable.withArguments(DevServerCommand.marks(database)).toList();
    }

    void end() {
        find().forEach(server -> ProcessEnd.end(server, GRACE));
    }
}
