package ai.september.bap.activities.subprocess;

import java.util.List;
import java.util.Optional;

/**
 * Which process it was, beyond doubt: process ids are reused, a process id with its start is not within one boot of the
 * machine.
 *
 * @param pid process id; also the id of its process group and session
 * @param boot which boot of the machine
 * @param start when it started, in the words of the {@link ProcessTable} that identified it
 */
record ProcessIdentity(long pid, String boot, String start) {

    /** Reads the three lines that {@link ProcessTable#identifyScript} makes a starting process write; empty if they are damaged. */
    static Optional<ProcessIdentity> parse(List<String> lines) {
        if (lines.size() != 3 || !lines.get(0).matches("[1-9][0-9]{0,17}")) {
            return Optional.empty();
        }
        return Optional.of(new ProcessIdentity(
                Long.parseLong(lines.get(0)), lines.get(1).strip(), lines.get(2).strip()));
    }
}
