package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.AdminKeys;
import java.util.List;

/**
 * The keys that the operator shows the API, and what becomes of wrong keys, whosever they pretend to be.
 *
 * @param failuresPerMinute wrong keys from one address, in any minute, that are answered as such; 0 for no limit
 * @param trustedProxies whose word is taken on where a request came from
 */
public record KeySettings(AdminKeys admin, int failuresPerMinute, List<AddressRange> trustedProxies) {

    private static final int MOST_FAILURES = 1_000_000;

    public KeySettings {
        requireNonNull(admin, "admin");
        trustedProxies = List.copyOf(trustedProxies);
    }

    static Draft<KeySettings> read(SettingsReader in) {
        Setting<AdminKeys> admin = in.judged(
                "keys.admin",
                single -> AdminKeys.parse(single, in.text("keys.admins").orElse(null)));
        admin.peek(keys -> keys.name(AdminKeys.DEVELOPMENT).ifPresent(name -> warn(in, name)));
        Setting<Integer> failures = in.whole("keys.failuresPerMinute", 0, MOST_FAILURES);
        Setting<List<AddressRange>> proxies = in.list(
                "keys.trustedProxies", AddressRange::parse, "use addresses and ranges such as 10.0.0.0/8,fd00::/8");
        return () -> new KeySettings(admin.value(), failures.value(), proxies.value());
    }

    private static void warn(SettingsReader in, String name) {
        boolean isSingle =
                name.equals(AdminKeys.DEFAULT_NAME) && in.text("keys.admin").isPresent();
        in.warn(
                isSingle ? "keys.admin" : "keys.admins",
                "is or has the development key: anyone who reaches the API can register products");
    }
}
