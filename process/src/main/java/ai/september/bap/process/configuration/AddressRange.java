package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import org.eclipse.jetty.util.InetAddressPattern;

/** One IP address, or a range of them as {@code 10.0.0.0/8} or {@code fd00::/8}. Names are not looked up. */
public record AddressRange(InetAddressPattern pattern) {

    private static final String PREFIX_LENGTH = "[0-9]{1,3}";

    public AddressRange {
        requireNonNull(pattern, "pattern");
    }

    /**
     * Reads an address or a range.
     *
     * @throws IllegalArgumentException if it is neither, or has bits set beyond the prefix
     */
    public static AddressRange parse(String text) {
        String[] parts = text.split("/", -1);
        boolean isRange = parts.length == 2 && parts[1].matches(PREFIX_LENGTH);
        if (!InetAddresses.isInetAddress(parts[0]) || (parts.length > 1 && !isRange)) {
            throw new IllegalArgumentException("neither an address nor a range");
        }
        return new AddressRange(InetAddressPattern.from(text));
    }

    /** Whether the address is in it. */
    public boolean contains(InetAddress address) {
        return pattern.test(address);
    }
}
