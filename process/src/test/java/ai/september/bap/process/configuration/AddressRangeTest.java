package ai.september.bap.process.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,    10.255.1.2,       true",
        "10.0.0.0/8,    11.0.0.0,         false",
        "10.0.0.0/8,    ::ffff:10.1.2.3,  true",
        "10.0.0.0/8,    fd00::1,          false",
        "192.168.4.0/22, 192.168.7.255,   true",
        "192.168.4.0/22, 192.168.8.0,     false",
        "127.0.0.9,     127.0.0.9,        true",
        "127.0.0.9/32,  127.0.0.8,        false",
        "0.0.0.0/0,     203.0.113.7,      true",
        "fd00::/8,      fdff::1,          true",
        "fd00::/8,      fe00::1,          false",
        "::1,           0:0:0:0:0:0:0:1,  true",
        "::1/128,       ::2,              false"
    })
    void holdsWhatBeginsLikeIt(String range, String address, boolean contained) {
        assertThat(AddressRange.parse(range).contains(InetAddresses.forString(address)))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "proxy.example",
                "10",
                "10.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.0-10.0.0.9",
                "::1/129",
                "[::1]",
                "abc"
            })
    void refusesWhatIsNeitherAnAddressNorARange(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
