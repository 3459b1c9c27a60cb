package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.AdminKeys;

/** The keys that the operator shows the API. */
public record KeySettings(AdminKeys admin) {

    public KeySettings {
        requireNonNull(admin, "admin");
    }

    static Draft<KeySettings> read(SettingsReader in) {
        Setting<AdminKeys> admin = in.judged(
                "keys.admin",
                single -> AdminKeys.parse(single, in.text("keys.admins").orElse(null)));
        admin.peek(keys -> keys.name(AdminKeys.DEVELOPMENT).ifPresent(name -> warn(in, name)));
        return () -> new KeySettings(admin.value());
    }

    private static void warn(SettingsReader in, String name) {
        boolean isSingle =
                name.equals(AdminKeys.DEFAULT_NAME) && in.text("keys.admin").isPresent();
        in.warn(
                isSingle ? "keys.admin" : "keys.admins",
                "is or has the development key: anyone who reaches the API can register products");
    }
}
