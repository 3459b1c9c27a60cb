package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.SecretSetting;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Temporal is and how to be let in.
 *
 * @param retention how long runs that have ended can be looked at, where the namespace is made by us
 */
public record TemporalSettings(
        String address, String namespace, Duration retention, TemporalTls tls, Optional<Secret> apiKey) {

    private static final int MAX_RETENTION_DAYS = 365;

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:/]+):[0-9]{1,5}");

    public TemporalSettings {
        requireNonNull(address, "address");
        requireNonNull(namespace, "namespace");
        requireNonNull(retention, "retention");
        requireNonNull(tls, "tls");
        requireNonNull(apiKey, "apiKey");
    }

    /** Whether the connection is encrypted: asked for, or implied by any credential. */
    public boolean isEncrypted() {
        return tls.isUsed() || apiKey.isPresent();
    }

    static Draft<TemporalSettings> read(SettingsReader in) {
        Setting<String> address = in.required(
                "temporal.address", TemporalSettings::checkAddress, "use host:port, for example 127.0.0.1:7233");
        Setting<String> namespace = in.required("temporal.namespace", text -> text, "use a namespace's name");
        Setting<Duration> retention = in.days("temporal.retention", 1, MAX_RETENTION_DAYS);
        Draft<TemporalTls> tls = TemporalTls.read(in);
        Setting<Optional<Secret>> apiKey = apiKey(in);
        return () ->
                new TemporalSettings(address.value(), namespace.value(), retention.value(), tls.make(), apiKey.value());
    }

    private static Setting<Optional<Secret>> apiKey(SettingsReader in) {
        if (in.text("temporal.apiKey").isEmpty()) {
            return Setting.good(Optional.empty());
        }
        Setting<Secret> key = in.judged("temporal.apiKey", TemporalSettings::checkApiKey);
        return key.isGood() ? Setting.good(Optional.of(key.value())) : Setting.bad();
    }

    private static Secret checkApiKey(@Nullable String text) {
        return new Secret(
                SecretSetting.require("TEMPORAL_API_KEY", text, "use the one your Temporal provider gave you"));
    }

    private static String checkAddress(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException("not host:port");
        }
        return text;
    }
}
