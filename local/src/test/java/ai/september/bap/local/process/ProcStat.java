package ai.september.bap.local.process;

import java.util.List;

/** A line of {@code /proc/pid/stat}. */
public record ProcStat(long pid, long session) {

    /** Behind the program's name, which may hold anything: state, parent, group, session, ... */
    public static ProcStat parse(String line) {
        List<String> fields = List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        return new ProcStat(Long.parseLong(line.substring(0, line.indexOf(' '))), Long.parseLong(fields.get(3)));
    }
}
