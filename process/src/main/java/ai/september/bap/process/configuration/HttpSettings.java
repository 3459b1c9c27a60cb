package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.process.Role;

/**
 * Where the process listens.
 *
 * @param apiPort the port of the HTTP interface; 0 takes a free one
 * @param adminPort the port of metrics and health checks; 0 takes a free one
 * @param requestsAtOnce most requests of the HTTP interface that have a thread to be worked on
 * @param requestsWaiting most that wait for that
 */
public record HttpSettings(BindAddress bindHost, int apiPort, int adminPort, int requestsAtOnce, int requestsWaiting) {

    private static final int MAX_PORT = 65_535;

    /** Fewer than there are threads: to refuse a request takes one, too. */
    private static final int MOST_AT_ONCE = 200;

    private static final int MOST_WAITING = 100_000;

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
        Setting<Integer> atOnce = in.whole("http.requestsAtOnce", 1, MOST_AT_ONCE);
        Setting<Integer> waiting = in.whole("http.requestsWaiting", 0, MOST_WAITING);
        return () ->
                new HttpSettings(bindHost.value(), apiPort.value(), adminPort.value(), atOnce.value(), waiting.value());
    }
}
