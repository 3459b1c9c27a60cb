package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.configuration.AddressRange;
import com.google.common.net.InetAddresses;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressesTest {

    private static final String PROXY = "10.0.0.1";
    private static final String FOR = "X-Forwarded-For";

    private final ClientAddresses addresses = new ClientAddresses(
            Stream.of("10.0.0.0/8", "fd00::/8").map(AddressRange::parse).toList());

    private String client(String peer, String... headers) {
        return InetAddresses.toAddrString(addresses.of(ShownRequest.from(peer, headers)));
    }

    @Test
    void whoeverConnectsIsTheClientWhateverItSays() {
        assertThat(client("203.0.113.7", FOR, "198.51.100.1")).isEqualTo("203.0.113.7");
        assertThat(client("203.0.113.7", "Forwarded", "for=198.51.100.1")).isEqualTo("203.0.113.7");
        assertThat(client("[2001:db8:0:0:0:0:0:7]", FOR, "198.51.100.1")).isEqualTo("2001:db8::7");
        assertThat(client("[fe80:0:0:0:0:0:0:1%eth0]", FOR, "198.51.100.1")).isEqualTo("fe80::1");
        assertThat(new ClientAddresses(List.of()).of(ShownRequest.from(PROXY, FOR, "198.51.100.1")))
                .isEqualTo(InetAddresses.forString(PROXY));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            198.51.100.1                              | 198.51.100.1
            198.51.100.1:4711                         | 198.51.100.1
            2001:DB8::7                               | 2001:db8::7
            [2001:db8::7]:4711                        | 2001:db8::7
            192.0.2.66, 198.51.100.1                  | 198.51.100.1
            192.0.2.66, 198.51.100.1, 10.2.3.4        | 198.51.100.1
            192.0.2.66,198.51.100.1 , fd00::9 ,10.2.3.4 | 198.51.100.1
            10.9.9.9, 10.2.3.4                        | 10.9.9.9
            192.0.2.66, unknown                       | 10.0.0.1
            192.0.2.66, unknown, 10.2.3.4             | 10.2.3.4
            192.0.2.66, localhost                     | 10.0.0.1
            192.0.2.66, 1                             | 10.0.0.1
            192.0.2.66, 198.51.100.1.5                | 10.0.0.1
            192.0.2.66,                               | 10.0.0.1
            ''                                        | 10.0.0.1
            """)
    void ofATrustedProxyTheNearestThatIsNoneIsTheClient(String header, String client) {
        assertThat(client(PROXY, FOR, header)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            for=198.51.100.1                                            | 198.51.100.1
            For="198.51.100.1:4711"; proto=https                        | 198.51.100.1
            proto=https;for="[2001:db8::7]:4711"                        | 2001:db8::7
            for=192.0.2.66, for=198.51.100.1;by=10.0.0.1, for=10.2.3.4  | 198.51.100.1
            for=192.0.2.66, for=_hidden                                 | 10.0.0.1
            for=192.0.2.66, by=198.51.100.1                             | 10.0.0.1
            for="192.0.2.66, for=198.51.100.1                           | 198.51.100.1
            notfor=198.51.100.1                                         | 10.0.0.1
            """)
    void theStandardHeaderIsUnderstood(String header, String client) {
        assertThat(client(PROXY, "Forwarded", header)).isEqualTo(client);
    }

    @Test
    void aHeaderThatComesInPartsIsOne() {
        assertThat(client(PROXY, FOR, "192.0.2.66", FOR, "198.51.100.1, 10.2.3.4"))
                .isEqualTo("198.51.100.1");
    }

    @Test
    void whereBothHeadersComeOneMayBeTheClientsAndNeitherIsBelieved() {
        assertThat(client(PROXY, FOR, "198.51.100.1", "Forwarded", "for=192.0.2.66"))
                .isEqualTo(PROXY);
    }
}
