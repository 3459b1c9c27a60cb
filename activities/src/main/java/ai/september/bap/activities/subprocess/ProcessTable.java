package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The operating system's list of processes. Thread-safe. */
interface ProcessTable {

    /** The table of this machine. */
    static ProcessTable ofThisMachine() {
        return ProcFs.exists() ? new ProcFs() : PsTable.macOs();
    }

    /** An id of the machine's present boot. */
    String boot() throws IOException, InterruptedException;

    /** The process that has this id now, dead or alive. */
    Optional<ProcessEntry> find(long pid) throws IOException, InterruptedException;

    List<ProcessEntry> all() throws IOException, InterruptedException;

    /** Whether the process was given exactly this {@code NAME=value}; false where it can not be known. */
    boolean carries(long pid, String variable);

    /** Whether a process of the group listens at a port, of any address; true where it can not be known. */
    boolean listens(long group, int port) throws IOException;

    /** Shell lines that set {@code boot} and {@code start} to what identifies the shell that runs them. */
    String identifyScript();

    /** The process that was identified, if it lives. */
    default Optional<ProcessEntry> findLive(ProcessIdentity identity) throws IOException, InterruptedException {
        if (!identity.boot().equals(boot())) {
            return Optional.empty();
        }
        return find(identity.pid())
                .filter(entry -> !entry.isDead() && entry.start().equals(identity.start()));
    }
}
