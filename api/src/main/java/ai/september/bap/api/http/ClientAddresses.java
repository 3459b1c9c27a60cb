package ai.september.bap.api.http;

import ai.september.bap.process.configuration.AddressRange;
import com.google.common.net.InetAddresses;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells where requests come from: the peer's address, or, if the peer is a trusted proxy, the nearest address that is no
 * such proxy in what it says. Anybody can write such a header, so from others it counts for nothing. Jetty's own customizer
 * would believe them all. Thread-safe.
 */
final class ClientAddresses {

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";

    /** What RFC 7239 calls a node: an address, that of IPv6 in brackets where a port may follow; or something made up. */
    private static final Pattern NODE = Pattern.compile(
            "\"?(?:\\[(?<bracketed>[^\\]%]+)(?:%[^\\]]*)?](?::[0-9]+)?|(?<ipv4>[0-9.]+)(?::[0-9]+)?|(?<bare>[0-9a-fA-F:.]+))\"?");

    private static final Pattern FOR = Pattern.compile("(?i)(?:^|;)\\s*for\\s*=\\s*([^;]*)");

    /** For a peer that has no address: one that nobody has. */
    private static final InetAddress NOWHERE = new InetSocketAddress(0).getAddress();

    private final List<AddressRange> trustedProxies;

    ClientAddresses(List<AddressRange> trustedProxies) {
        this.trustedProxies = List.copyOf(trustedProxies);
    }

    /** Where the request comes from. */
    InetAddress of(HttpServletRequest request) {
        InetAddress client = parse(request.getRemoteAddr()).orElse(NOWHERE);
        List<String> hops = isTrusted(client) ? hops(request) : List.of();
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            Optional<InetAddress> hop = parse(hops.get(i).strip());
            if (hop.isEmpty()) {
                // Hidden, or rubbish: what comes before it may be anybody's word.
                return client;
            }
            client = hop.get();
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        return trustedProxies.stream().anyMatch(range -> range.contains(address));
    }

    /**
     * The nodes on the way, nearest last. A proxy that writes one of the headers hands on the other as the client sent it:
     * where both come, neither is believed.
     */
    private static List<String> hops(HttpServletRequest request) {
        List<String> plain = items(request, X_FORWARDED_FOR);
        List<String> standard = items(request, FORWARDED);
        if (!plain.isEmpty() && !standard.isEmpty()) {
            return List.of();
        }
        return plain.isEmpty() ? standard.stream().map(ClientAddresses::nodeOf).toList() : plain;
    }

    /** Commas end an item even within quotes: a client's open quote must not swallow what the proxy appended. */
    private static List<String> items(HttpServletRequest request, String header) {
        return Collections.list(request.getHeaders(header)).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .toList();
    }

    private static String nodeOf(String element) {
        Matcher node = FOR.matcher(element);
        return node.find() ? node.group(1) : "";
    }

    private static Optional<InetAddress> parse(@Nullable String text) {
        Matcher node = NODE.matcher(text == null ? "" : text);
        if (!node.matches()) {
            return Optional.empty();
        }
        return Stream.of("bracketed", "ipv4", "bare")
                .flatMap(group -> Stream.ofNullable(node.group(group)))
                .filter(InetAddresses::isInetAddress)
                .findFirst()
                .map(InetAddresses::forString);
    }
}
