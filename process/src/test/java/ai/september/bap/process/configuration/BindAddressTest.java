package ai.september.bap.process.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BindAddressTest {

    @Test
    void anAddressIsTakenAsItIs() {
        assertThat(new BindAddress("0.0.0.0").resolve()).isEqualTo("0.0.0.0");
    }

    @Test
    void towardsAHostIsOurOwnAddressOnItsNetwork() {
        assertThat(new BindAddress("towards:127.0.0.2").absence()).isEmpty();
        assertThat(new BindAddress("towards:127.0.0.2").resolve()).startsWith("127.0.0.");
    }

    @Test
    void aHostThatNobodyKnowsMayComeYet() {
        BindAddress address = new BindAddress("towards:no-such-host.invalid");

        assertThat(address.absence())
                .contains(
                        "towards:no-such-host.invalid is to be listened at, and there is no way there: see ORCH_BIND_HOST");
        assertThatThrownBy(address::resolve).isInstanceOf(IllegalStateException.class);
    }
}
