package ai.september.bap.api.http;

import ai.september.bap.process.configuration.KeySettings;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Bounds how many wrong keys an address may try in a minute. Only refusals come here, so a right key always passes. In
 * this replica's memory, which is bounded: of very many addresses those that try most are remembered. Thread-safe.
 */
final class WrongKeys {

    /** About 400 bytes each. */
    static final int MOST_ADDRESSES = 20_000;

    /** As long as anything is remembered. */
    private static final Duration MEMORY = Duration.ofSeconds(62);

    private static final String METER = "bap.auth.failures";
    private static final List<ErrorCode> CODES = List.of(ErrorCode.INVALID_PLATFORM_KEY, ErrorCode.INVALID_ADMIN_KEY);

    private final int perMinute;
    private final ClientAddresses addresses;
    private final MeterRegistry meters;
    private final Ticker clock;
    private final Cache<ClientNetwork, SlidingMinute> minutes;

    WrongKeys(KeySettings settings, MeterRegistry meters) {
        this(settings, meters, Ticker.systemTicker());
    }

    WrongKeys(KeySettings settings, MeterRegistry meters, Ticker clock) {
        this.perMinute = settings.failuresPerMinute();
        this.addresses = new ClientAddresses(settings.trustedProxies());
        this.meters = meters;
        this.clock = clock;
        this.minutes = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterAccess(MEMORY)
                .ticker(clock)
                // What is too much goes at once, and not when a thread of some pool comes to it.
                .executor(Runnable::run)
                .build();
        CODES.forEach(code -> List.of(false, true).forEach(limited -> counter(code, limited)));
        Gauge.builder("bap.auth.failing.addresses", this, WrongKeys::addresses)
                .description("Addresses that tried a wrong key in the last minute, as far as they are remembered")
                .register(meters);
    }

    /** The refusal to answer with: the same, or {@code RATE_LIMITED} if the request's address has tried too many keys. */
    BapException judge(BapException refusal, HttpServletRequest request) {
        if (!CODES.contains(refusal.code()) || !hasKey(request)) {
            return refusal;
        }
        Optional<Duration> wait = count(addresses.of(request));
        counter(refusal.code(), wait.isPresent()).increment();
        return wait.map(WrongKeys::limited).orElse(refusal);
    }

    /** Counts a wrong key of that address; if it is one too many, how long until one is answered as such again. */
    Optional<Duration> count(InetAddress address) {
        if (perMinute == 0) {
            return Optional.empty();
        }
        long now = clock.read();
        return minutes.get(ClientNetwork.of(address), network -> new SlidingMinute(now))
                .count(perMinute, now);
    }

    /** How many addresses are remembered now. */
    long addresses() {
        minutes.cleanUp();
        return minutes.estimatedSize();
    }

    /** A request without any key tries none. */
    private static boolean hasKey(HttpServletRequest request) {
        return Stream.of(KeyHeaders.PLATFORM, KeyHeaders.ADMIN)
                .map(request::getHeader)
                .anyMatch(key -> key != null && !key.isBlank());
    }

    private static BapException limited(Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        return new BapException(
                        ErrorCode.RATE_LIMITED,
                        "Too many wrong keys came from this address. Send the right one, which is answered at any time; others"
                                + " again in " + seconds + " seconds.")
                .retryAfter(wait);
    }

    private Counter counter(ErrorCode code, boolean limited) {
        String key = code == ErrorCode.INVALID_ADMIN_KEY ? "admin" : "platform";
        return Counter.builder(METER)
                .description("Wrong keys; limited: answered 429, because the address had tried too many")
                .tags("key", key, "limited", Boolean.toString(limited))
                .register(meters);
    }
}
