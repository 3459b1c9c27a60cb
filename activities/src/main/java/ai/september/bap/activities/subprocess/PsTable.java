package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.subprocess.ProcessEntry.Condition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where there is no {@code /proc}: asks {@code ps}. Starts are exact to one second only, and environments are not seen,
 * so that what an engine left behind when it died unobserved is not found. Nor is it seen who listens at a port.
 */
final class PsTable implements ProcessTable {

    private static final String PS = "LC_ALL=C TZ=UTC ps";
    private static final String COLUMNS = " -o pid= -o pgid= -o stat= -o lstart=";

    private final String bootCommand;

    /** A table whose boots are told apart by the output of a shell command. */
    PsTable(String bootCommand) {
        this.bootCommand = bootCommand;
    }

    static PsTable macOs() {
        return new PsTable("sysctl -n kern.bootsessionuuid");
    }

    @Override
    public String boot() throws IOException, InterruptedException {
        return String.join("", Shell.lines(bootCommand)).strip();
    }

    @Override
    public Optional<ProcessEntry> find(long pid) throws IOException, InterruptedException {
        return entries(PS + COLUMNS + " -p " + pid).stream().findFirst();
    }

    @Override
    public List<ProcessEntry> all() throws IOException, InterruptedException {
        return entries(PS + " -A" + COLUMNS);
    }

    @Override
    public boolean carries(long pid, String variable) {
        return false;
    }

    @Override
    public boolean listens(long group, int port) {
        return true;
    }

    @Override
    public String identifyScript() {
        return "boot=$(" + bootCommand + ") || exit 70\n"
                + "start=$(" + PS + " -o lstart= -p $$) || exit 70\n"
                // Unquoted: the columns' padding is not part of the start.
                + "start=$(echo $start)\n";
    }

    private static List<ProcessEntry> entries(String command) throws IOException, InterruptedException {
        List<ProcessEntry> entries = new ArrayList<>();
        for (String line : Shell.lines(command)) {
            entries.add(parse(line));
        }
        return entries;
    }

    static ProcessEntry parse(String line) {
        String[] columns = line.strip().split("\\s+", 4);
        return new ProcessEntry(
                Long.parseLong(columns[0]),
                Long.parseLong(columns[1]),
                String.join(" ", columns[3].split("\\s+", -1)),
                condition(columns[2].charAt(0)));
    }

    private static Condition condition(char state) {
        return switch (state) {
            case 'T' -> Condition.STOPPED;
            case 'Z' -> Condition.DEAD;
            default -> Condition.LIVE;
        };
    }
}
