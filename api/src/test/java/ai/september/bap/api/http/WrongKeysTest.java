package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.configuration.AddressRange;
import ai.september.bap.process.configuration.KeySettings;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.vault.AdminKeys;
import com.google.common.net.InetAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WrongKeysTest {

    private static final String PEER = "203.0.113.7";
    private final BapException noPlatformKey = new BapException(ErrorCode.INVALID_PLATFORM_KEY, "no");
    private final BapException noAdminKey = new BapException(ErrorCode.INVALID_ADMIN_KEY, "no");

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private WrongKeys wrongKeys(int perMinute) {
        KeySettings settings = new KeySettings(
                AdminKeys.parse("s3cret-admin", null), perMinute, List.of(AddressRange.parse("10.0.0.1")));
        return new WrongKeys(settings, meters, nanos::get);
    }

    private ErrorCode platform(WrongKeys wrongKeys, String peer) {
        return wrongKeys
                .judge(noPlatformKey, ShownRequest.from(peer, "X-Platform-Key", "wrong"))
                .code();
    }

    @Test
    void beyondTheLimitAWrongKeyOfEitherKindIsAnsweredByTheTimeToWait() {
        WrongKeys wrongKeys = wrongKeys(2);
        assertThat(platform(wrongKeys, PEER)).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThat(wrongKeys.judge(noAdminKey, ShownRequest.from(PEER, "X-Admin-Key", "wrong")))
                .isSameAs(noAdminKey);

        BapException refusal = wrongKeys.judge(noAdminKey, ShownRequest.from(PEER, "X-Admin-Key", "wrong"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(41));
        assertThat(refusal).hasMessageContaining(" in 41 seconds");
        assertThat(platform(wrongKeys, PEER)).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(platform(wrongKeys, "203.0.113.8")).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
        nanos.addAndGet(Duration.ofSeconds(41).toNanos());
        assertThat(platform(wrongKeys, PEER)).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
    }

    @Test
    void whatIsNoWrongKeyIsNotCounted() {
        WrongKeys wrongKeys = wrongKeys(1);
        BapException other = new BapException(ErrorCode.ENGINE_NOT_FOUND, "no");
        for (int n = 0; n < 5; n++) {
            assertThat(wrongKeys.judge(noPlatformKey, ShownRequest.from(PEER))).isSameAs(noPlatformKey);
            assertThat(wrongKeys.judge(noPlatformKey, ShownRequest.from(PEER, "X-Platform-Key", " ")))
                    .isSameAs(noPlatformKey);
            assertThat(wrongKeys.judge(other, ShownRequest.from(PEER, "X-Platform-Key", "right")))
                    .isSameAs(other);
        }
        assertThat(platform(wrongKeys, PEER)).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
        assertThat(platform(wrongKeys, PEER)).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        WrongKeys wrongKeys = wrongKeys(1);

        assertThat(platform(wrongKeys, "[2001:db8::1]")).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
        assertThat(platform(wrongKeys, "[2001:db8::ffff:2]")).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(platform(wrongKeys, "[2001:db8:0:1::1]")).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
        assertThat(platform(wrongKeys, "32.1.13.184")).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
    }

    @Test
    void clientsOfATrustedProxyAreToldApart() {
        WrongKeys wrongKeys = wrongKeys(1);

        for (String client : List.of("198.51.100.1", "198.51.100.2")) {
            String[] headers = {"X-Platform-Key", "wrong", "X-Forwarded-For", client};
            assertThat(wrongKeys.judge(noPlatformKey, ShownRequest.from("10.0.0.1", headers)))
                    .isSameAs(noPlatformKey);
            assertThat(wrongKeys
                            .judge(noPlatformKey, ShownRequest.from("10.0.0.1", headers))
                            .code())
                    .isEqualTo(ErrorCode.RATE_LIMITED);
        }
    }

    @Test
    void zeroIsNoLimit() {
        WrongKeys wrongKeys = wrongKeys(0);
        for (int n = 0; n < 10_000; n++) {
            assertThat(platform(wrongKeys, PEER)).isEqualTo(ErrorCode.INVALID_PLATFORM_KEY);
        }
    }

    @Test
    void aMillionAddressesTakeNoMoreRoomThanTheMostThatAreRemembered() {
        WrongKeys wrongKeys = wrongKeys(600);
        InetAddress attacker = InetAddresses.forString(PEER);
        int refused = 0;
        for (int n = 0; n < 1_000_000; n++) {
            wrongKeys.count(InetAddresses.fromInteger(n));
            refused += n % 1_000 == 0 && wrongKeys.count(attacker).isPresent() ? 1 : 0;
        }

        assertThat(meters.get("bap.auth.failing.addresses").gauge().value())
                .isPositive()
                .isLessThanOrEqualTo(WrongKeys.MOST_ADDRESSES);
        assertThat(refused)
                .as("1,000 wrong keys among a million of others are still known")
                .isEqualTo(400);
    }

    @Test
    void whoKeepsQuietIsForgotten() {
        WrongKeys wrongKeys = wrongKeys(600);
        for (int n = 0; n < 100; n++) {
            wrongKeys.count(InetAddresses.fromInteger(n));
        }
        assertThat(wrongKeys.addresses()).isEqualTo(100);
        nanos.addAndGet(Duration.ofSeconds(63).toNanos());
        assertThat(wrongKeys.addresses()).isZero();
    }

    @Test
    void wrongKeysAreCountedByKindAndAnswerAndByNothingThatTellsWhoseTheyWere() {
        WrongKeys wrongKeys = wrongKeys(1);
        assertThat(meters.get("bap.auth.failures").counters()).hasSize(4);

        platform(wrongKeys, PEER);
        platform(wrongKeys, PEER);
        platform(wrongKeys, PEER);

        assertThat(meters.get("bap.auth.failures")
                        .tags("key", "platform", "limited", "false")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("bap.auth.failures")
                        .tags("key", "platform", "limited", "true")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(meters.get("bap.auth.failures").counters()).hasSize(4);
    }
}
