package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.subprocess.ProcessEntry.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Linux: reads {@code /proc}. Starts are clock ticks since boot: exact, and deaf to changes of the clock. */
final class ProcFs implements ProcessTable {

    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT_ID = PROC.resolve("sys/kernel/random/boot_id");

    static boolean exists() {
        return Files.isReadable(BOOT_ID);
    }

    @Override
    public String boot() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    @Override
    public Optional<ProcessEntry> find(long pid) {
        try {
            return Optional.of(parse(Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException endedMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public List<ProcessEntry> all() throws IOException {
        List<ProcessEntry> entries = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path folder : folders) {
                find(Long.parseLong(folder.getFileName().toString())).ifPresent(entries::add);
            }
        }
        return entries;
    }

    @Override
    public boolean carries(long pid, String variable) {
        try {
            String environment = Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
            String wanted = new String(variable.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0" + wanted + "\0");
        } catch (IOException endedOrForeign) {
            return false;
        }
    }

    @Override
    public boolean listens(long group, int port) throws IOException {
        Optional<Set<String>> listening = ListeningSockets.at(port);
        return listening.isEmpty() || anyHolds(group, listening.get());
    }

    private boolean anyHolds(long group, Set<String> sockets) throws IOException {
        if (sockets.isEmpty()) {
            return false;
        }
        if (holdsAny(group, sockets)) {
            return true;
        }
        // Its leader does, almost always: only a stranger's socket costs a look at all processes.
        return all().stream().anyMatch(entry -> entry.group() == group && holdsAny(entry.pid(), sockets));
    }

    private static boolean holdsAny(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
            for (Path descriptor : open) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (AccessDeniedException keptFromUs) {
            return true;
        } catch (IOException | DirectoryIteratorException endedMeanwhile) {
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    @Override
    public String identifyScript() {
        return """
                read -r boot < /proc/sys/kernel/random/boot_id || exit 70
                read -r stat < /proc/$$/stat || exit 70
                take_start() { start=${20}; }
                take_start ${stat##*) }
                """;
    }

    /** The line of {@code /proc/pid/stat}, proc(5): the name, in parentheses, may hold anything. */
    static ProcessEntry parse(String stat) {
        long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcessEntry(
                pid, Long.parseLong(fields[2]), fields[19], condition(fields[0], Integer.parseInt(fields[17])));
    }

    /** A first thread that ended before the others looks like a zombie; its process lives. */
    private static Condition condition(String state, int threads) {
        return switch (state) {
            case "T" -> Condition.STOPPED;
            case "X", "x" -> Condition.DEAD;
            case "Z" -> threads > 1 ? Condition.LIVE : Condition.DEAD;
            default -> Condition.LIVE;
        };
    }
}
