package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the connection to Temporal is encrypted.
 *
 * @param serverCaCert the authority behind the server's certificate (PEM); empty: the public ones
 * @param clientCert our certificate (PEM), for mutual TLS; with it comes {@code clientKey} (PKCS#8 PEM)
 * @param serverName the name on the server's certificate, where it differs from the address
 */
public record TemporalTls(
        boolean enabled,
        Optional<Path> serverCaCert,
        Optional<Path> clientCert,
        Optional<Path> clientKey,
        Optional<String> serverName) {

    public TemporalTls {
        requireNonNull(serverCaCert, "serverCaCert");
        requireNonNull(clientCert, "clientCert");
        requireNonNull(clientKey, "clientKey");
        requireNonNull(serverName, "serverName");
        if (clientCert.isPresent() != clientKey.isPresent()) {
            throw new IllegalArgumentException("a client certificate and its key come together");
        }
    }

    /** No encryption. */
    public static TemporalTls off() {
        return new TemporalTls(false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether any of it was asked for. */
    public boolean isUsed() {
        return enabled || serverCaCert.isPresent() || clientCert.isPresent() || serverName.isPresent();
    }

    static Draft<TemporalTls> read(SettingsReader in) {
        Setting<Boolean> enabled = in.flag("temporal.tls");
        Setting<Optional<Path>> ca = file(in, "temporal.tlsServerCaCert");
        Setting<Optional<Path>> cert = file(in, "temporal.tlsClientCert");
        Setting<Optional<Path>> key = file(in, "temporal.tlsClientKey");
        Optional<String> serverName = in.text("temporal.tlsServerName");
        if (cert.isGood()
                && key.isGood()
                && cert.value().isPresent() != key.value().isPresent()) {
            in.problem(
                    cert.value().isPresent() ? "temporal.tlsClientKey" : "temporal.tlsClientCert",
                    "is not set; a client certificate and its key come together");
        }
        return () -> new TemporalTls(enabled.value(), ca.value(), cert.value(), key.value(), serverName);
    }

    private static Setting<Optional<Path>> file(SettingsReader in, String path) {
        return in.optional(path, TemporalTls::readableFile, "name a PEM file that this process may read");
    }

    private static Path readableFile(String text) {
        Path file = Path.of(text);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("not a readable file");
        }
        return file;
    }
}
