package ai.september.bap.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who listens on a TCP port, found in {@code /proc} (Linux only). */
public record PortHolder(long pid, String program) {

    private static final String LISTEN = "0A";

    /** Empty when nobody listens, or the listener belongs to another user and hides. */
    public static Optional<PortHolder> of(int port) {
        Set<String> sockets = Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> listeners(Path.of(table), port))
                .collect(Collectors.toSet());
        return sockets.isEmpty() ? Optional.empty() : holder(sockets);
    }

    /** Columns: number, local address, remote address, state, …, inode as the tenth. */
    private static Stream<String> listeners(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(column -> column.length > 9 && column[1].endsWith(suffix) && column[3].equals(LISTEN))
                    .map(column -> "socket:[" + column[9] + "]");
        } catch (IOException noSuchTable) {
            return Stream.empty();
        }
    }

    private static Optional<PortHolder> holder(Set<String> sockets) {
        return ProcessHandle.allProcesses()
                .filter(process -> holdsAny(process, sockets))
                .findFirst()
                .map(process -> new PortHolder(process.pid(), program(process)));
    }

    private static boolean holdsAny(ProcessHandle process, Set<String> sockets) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.anyMatch(file -> sockets.contains(target(file)));
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static String program(ProcessHandle process) {
        return ProcessTable.program(process).orElse("unknown program");
    }

    @Override
    public String toString() {
        return program + " (pid " + pid + ")";
    }
}
