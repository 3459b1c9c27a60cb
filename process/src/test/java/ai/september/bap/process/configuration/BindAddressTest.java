package ai.september.bap.process.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BindAddressTest {

    @Test
    void anAddressIsTakenAsItIs() {
        assertThat(BindAddress.parse("0.0.0.0")).isEqualTo("0.0.0.0");
    }

    @Test
    void towardsAHostIsOurOwnAddressOnItsNetwork() {
        assertThat(BindAddress.parse("towards:127.0.0.2")).startsWith("127.0.0.");
    }

    @Test
    void aHostThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> BindAddress.parse("towards:no-such-host.invalid"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
