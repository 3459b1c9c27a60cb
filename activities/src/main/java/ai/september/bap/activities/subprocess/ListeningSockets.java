package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** A socket as links in {@code /proc/pid/fd} name it. */
    private record Listening(String name, String portSuffix) {}

    /**
     * Those that listen at a port, of any address.
     *
     * @return empty if it can not be known: where nothing at all is shown to listen, the tables are kept from us
     */
    static Optional<Set<String>> at(int port) throws IOException {
        List<Listening> all = all();
        String suffix = ":%04X".formatted(port);
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(all.stream()
                        .filter(socket -> socket.portSuffix().equals(suffix))
                        .map(Listening::name)
                        .collect(Collectors.toSet()));
    }

    private static List<Listening> all() throws IOException {
        List<Listening> sockets = new ArrayList<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path file = NET.resolve(table);
            if (Files.isReadable(file)) {
                try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                    lines.skip(1)
                            .map(ListeningSockets::parse)
                            .flatMap(Optional::stream)
                            .forEach(sockets::add);
                }
            }
        }
        return sockets;
    }

    /** {@code sl local remote state queues timer retransmits uid timeout inode …}; empty if it does not listen. */
    private static Optional<Listening> parse(String line) {
        String[] columns = line.strip().split("\\s+", 11);
        return columns[3].equals(LISTEN)
                ? Optional.of(
                        new Listening("socket:[" + columns[9] + "]", columns[1].substring(columns[1].indexOf(':'))))
                : Optional.empty();
    }
}
