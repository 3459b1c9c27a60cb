package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/**
 * Whether there are traces.
 *
 * @param endpoint the collector that they are sent to by HTTP, without {@code /v1/traces}
 */
public record TraceSettings(TraceExport export, URI endpoint) {

    public TraceSettings {
        requireNonNull(export, "export");
        requireNonNull(endpoint, "endpoint");
    }

    static Draft<TraceSettings> read(SettingsReader in) {
        Setting<TraceExport> export = in.choice("traces.export", TraceExport.class);
        Setting<URI> endpoint = in.required(
                "traces.endpoint",
                TraceSettings::checkEndpoint,
                "use the collector's address for HTTP, for example http://localhost:4318");
        return () -> new TraceSettings(export.value(), endpoint.value());
    }

    private static URI checkEndpoint(String text) {
        URI endpoint = URI.create(text);
        boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!web || endpoint.getHost() == null) {
            throw new IllegalArgumentException("no address of a web server");
        }
        return endpoint;
    }
}
