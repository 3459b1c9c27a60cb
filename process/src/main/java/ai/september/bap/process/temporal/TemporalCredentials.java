package ai.september.bap.process.temporal;

import ai.september.bap.process.configuration.InvalidConfigurationException;
import ai.september.bap.process.configuration.TemporalSettings;
import ai.september.bap.process.configuration.TemporalTls;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Encryption and credentials of the connection. */
final class TemporalCredentials {

    private TemporalCredentials() {}

    /** Throws {@link InvalidConfigurationException} when a certificate or key cannot be used. */
    static void apply(TemporalSettings settings, WorkflowServiceStubsOptions.Builder options) {
        if (!settings.isEncrypted()) {
            return;
        }
        options.setSslContext(sslContext(settings.tls()));
        settings.tls().serverName().ifPresent(name -> options.setChannelInitializer(c -> c.overrideAuthority(name)));
        settings.apiKey().ifPresent(key -> options.addApiKey(key::value));
    }

    private static SslContext sslContext(TemporalTls tls) {
        try {
            SimpleSslContextBuilder builder = clientIdentity(tls);
            if (tls.serverCaCert().isPresent()) {
                builder.setTrustManager(trust(tls.serverCaCert().get()));
            }
            return builder.build();
        } catch (IOException | GeneralSecurityException | RuntimeException unusable) {
            throw new InvalidConfigurationException(
                    List.of("TEMPORAL_TLS_* name certificates or a key that cannot be used;"
                            + " give PEM files, the key as unencrypted PKCS#8."));
        }
    }

    private static SimpleSslContextBuilder clientIdentity(TemporalTls tls) throws IOException {
        if (tls.clientCert().isEmpty() || tls.clientKey().isEmpty()) {
            return SimpleSslContextBuilder.noKeyOrCertChain();
        }
        // The builder reads the streams only when it builds, so they are over memory.
        return SimpleSslContextBuilder.forPKCS8(
                inMemory(tls.clientCert().get()), inMemory(tls.clientKey().get()));
    }

    private static InputStream inMemory(Path file) throws IOException {
        return new ByteArrayInputStream(Files.readAllBytes(file));
    }

    private static TrustManager trust(Path authorities) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        try (InputStream pem = Files.newInputStream(authorities)) {
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + count++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers()[0];
    }
}
