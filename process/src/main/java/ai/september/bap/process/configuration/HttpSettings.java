package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.process.Role;

/**
 * Where the process listens.
 *
 * @param apiPort the port of the HTTP interface; 0 takes a free one
 * @param adminPort the port of metrics and health checks; 0 takes a free one
 */
public record HttpSettings(BindAddress bindHost, int apiPort, int adminPort) {

    private static final int MAX_PORT = 65_535;

    public HttpSettings {
        requireNonNull(bindHost, "bindHost");
    }

    static Draft<HttpSettings> read(Role role, SettingsReader in) {
        Setting<BindAddress> bindHost = in.required(
                "http.bindHost",
                BindAddress::new,
                "use an address of this machine, 0.0.0.0 for all, or towards:HOST with a host on the network to listen on");
        Setting<Integer> apiPort = in.whole("http.apiPort", 0, MAX_PORT);
        Setting<Integer> adminPort = in.text("http.adminPort").isPresent()
                ? in.whole("http.adminPort", 0, MAX_PORT)
                : Setting.good(role.defaultAdminPort());
        return () -> new HttpSettings(bindHost.value(), apiPort.value(), adminPort.value());
    }
}
