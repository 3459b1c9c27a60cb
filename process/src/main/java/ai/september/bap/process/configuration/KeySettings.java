package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.AdminKey;
import ai.september.bap.registry.vault.MasterKey;

/** The operator's keys, which only the API knows. */
public record KeySettings(MasterKey master, AdminKey admin) {

    public KeySettings {
        requireNonNull(master, "master");
        requireNonNull(admin, "admin");
    }

    static Draft<KeySettings> read(SettingsReader in) {
        Setting<MasterKey> master = in.judged("keys.master", MasterKey::parse);
        Setting<AdminKey> admin = in.judged("keys.admin", AdminKey::parse);
        if (admin.isGood() && admin.value().isWellKnown()) {
            in.warn("keys.admin", "is the development key: anyone who reaches the API can register products");
        }
        return () -> new KeySettings(master.value(), admin.value());
    }
}
