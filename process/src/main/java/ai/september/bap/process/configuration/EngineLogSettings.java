package ai.september.bap.process.configuration;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker serves to the APIs of its installation what engines print.
 *
 * @param bindHost where it listens
 * @param port the port; 0 takes a free one
 * @param address what APIs are told instead, {@code host:port}; null: what it listens on
 */
public record EngineLogSettings(
        BindAddress bindHost, int port, @Nullable String address) {

    private static final int MAX_PORT = 65_535;
    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[1-9][0-9]{0,4}");

    static Draft<EngineLogSettings> read(
            SettingsReader in, Draft<HttpSettings> http, Draft<DatabaseSettings> database) {
        Setting<Optional<BindAddress>> bindHost = in.optional(
                "engineLogs.bindHost",
                EngineLogSettings::bindAddress,
                "use an address of this machine, not all of them, or towards:HOST with a host on the network to listen on");
        Setting<Integer> port = in.whole("engineLogs.port", 0, MAX_PORT);
        Setting<Optional<String>> address =
                in.optional("engineLogs.address", EngineLogSettings::address, "use host:port, as APIs reach it");
        return () -> new EngineLogSettings(
                bindHost.value().orElseGet(() -> usual(http.make().bindHost(), database.make())),
                port.value(),
                address.value().orElse(null));
    }

    /** Never all addresses: engines could reach some of them. APIs are where the way to the database leads. */
    private static BindAddress usual(BindAddress process, DatabaseSettings database) {
        return process.isWildcard() ? BindAddress.towards(database.url().firstHost()) : process;
    }

    private static BindAddress bindAddress(String text) {
        BindAddress address = new BindAddress(text);
        if (address.isWildcard()) {
            throw new IllegalArgumentException("all addresses");
        }
        return address;
    }

    private static String address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException("no address");
        }
        return text;
    }
}
