package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Linux: the sockets that listen, by {@code /proc/net/tcp} and {@code tcp6}, proc_pid_net(5). The JVM binds an IPv4
 * address on a socket of the second kind.
 */
final class ListeningSockets {

    private static final Path NET = Path.of("/proc/self/net");

    /** TCP_LISTEN of the kernel's {@code tcp_states.h}. */
    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** Those that listen at a port of any address, as links in {@code /proc/pid/fd} name them. */
    static Set<String> at(int port) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path file = NET.resolve(table);
            if (Files.isReadable(file)) {
                try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                    lines.skip(1)
                            .map(line -> socket(line, port))
                            .filter(name -> !name.isEmpty())
                            .forEach(sockets::add);
                }
            }
        }
        return sockets;
    }

    /** {@code sl local remote state queues timer retransmits uid timeout inode …}; empty if it is another one. */
    private static String socket(String line, int port) {
        String[] columns = line.strip().split("\\s+", 11);
        return columns[3].equals(LISTEN) && columns[1].endsWith(":%04X".formatted(port))
                ? "socket:[" + columns[9] + "]"
                : "";
    }
}
