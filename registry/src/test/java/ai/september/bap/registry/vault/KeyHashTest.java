package ai.september.bap.registry.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeyHashTest {

    /** FIPS 180-2, appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isTheSha256OfTheText() {
        assertThat(KeyHash.of("abc").toHex()).isEqualTo(ABC);
    }

    @Test
    void comesBackFromBothStoredForms() {
        KeyHash hash = KeyHash.of("abc");

        assertThat(KeyHash.parse(ABC)).isEqualTo(hash).hasSameHashCodeAs(hash);
        assertThat(KeyHash.ofBytes(hash.toBytes())).isEqualTo(hash);
    }

    @Test
    void matchesItsOwnKeyOnly() {
        KeyHash hash = KeyHash.of("abc");

        assertThat(hash.matches("abc")).isTrue();
        assertThat(hash.matches("abd")).isFalse();
        assertThat(hash.matches(KeyHash.of("abc"))).isTrue();
        assertThat(hash).isNotEqualTo(KeyHash.of("abd"));
    }

    @Test
    void cannotBeChangedFromOutside() {
        byte[] bytes = KeyHash.of("abc").toBytes();
        KeyHash hash = KeyHash.ofBytes(bytes);
        bytes[0]++;
        hash.toBytes()[1]++;

        assertThat(hash.toHex()).isEqualTo(ABC);
    }

    @Test
    void whatIsNoHashIsRefused() {
        assertThatThrownBy(() -> KeyHash.ofBytes(new byte[31])).hasMessage("a key hash has 32 bytes, not 31");
        assertThatThrownBy(() -> KeyHash.parse("xyz")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsTextIsRedacted() {
        assertThat(KeyHash.of("abc")).hasToString("KeyHash[REDACTED]");
    }
}
