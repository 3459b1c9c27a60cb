package ai.september.bap.process.configuration;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a process listens. A container on two networks listens on one of them by {@code towards:HOST}, whatever addresses
 * it was given.
 *
 * @param text an address or name, or {@code towards:HOST}, which is this machine's own address on the way to that host
 */
public record BindAddress(String text) {

    private static final String TOWARDS = "towards:";

    /** Any will do: nothing is sent. */
    private static final int PORT = 9;

    /** @throws IllegalArgumentException if there is nothing behind {@code towards:} */
    public BindAddress {
        if (text.equals(TOWARDS)) {
            throw new IllegalArgumentException("no host");
        }
    }

    /** This machine's own address on the way to a host. */
    static BindAddress towards(String host) {
        return new BindAddress(TOWARDS + host);
    }

    /** Whether it stands for all addresses of this machine. */
    boolean isWildcard() {
        return text.equals("0.0.0.0") || text.equals("::") || text.equals("[::]") || text.equals("*");
    }

    /**
     * The address, which is looked up each time.
     *
     * @throws IllegalStateException if there is {@link #absence none} at present
     */
    public String resolve() {
        try {
            return text.startsWith(TOWARDS) ? ownAddress(text.substring(TOWARDS.length())) : text;
        } catch (IOException noWay) {
            throw new IllegalStateException(
                    text + " is to be listened at, and there is no way there: see ORCH_BIND_HOST", noWay);
        }
    }

    /** Why there is no address yet: the host is not known, as while its container is down, or there is no way to it. */
    public Optional<String> absence() {
        try {
            String unusedAddress = resolve();
            return Optional.empty();
        } catch (IllegalStateException notYet) {
            return Optional.of(String.valueOf(notYet.getMessage()));
        }
    }

    private static String ownAddress(String host) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), PORT));
            return socket.getLocalAddress().getHostAddress();
        }
    }
}
