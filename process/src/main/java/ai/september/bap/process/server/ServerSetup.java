package ai.september.bap.process.server;

import ai.september.bap.process.configuration.HttpSettings;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.util.Duration;
import java.util.List;

/** The part of a Dropwizard server that all processes share: the admin port, and nothing else that listens. */
public final class ServerSetup {

    private static final int MAX_THREADS = 256;
    private static final int ADMIN_MAX_THREADS = 8;

    private ServerSetup() {}

    /** A server with an admin port only; the API adds its application connector. */
    public static DefaultServerFactory adminOnly(HttpSettings http) {
        HttpConnectorFactory admin = new HttpConnectorFactory();
        admin.setBindHost(http.bindHost().resolve());
        admin.setPort(http.adminPort());
        admin.setUseDateHeader(false);

        DefaultServerFactory factory = new DefaultServerFactory();
        factory.setApplicationConnectors(List.of());
        factory.setAdminConnectors(List.of(admin));
        factory.setMaxThreads(MAX_THREADS);
        factory.setAdminMaxThreads(ADMIN_MAX_THREADS);
        factory.setShutdownGracePeriod(Duration.seconds(15));
        // Raw paths carry user ids: not into thread names, and so into logs and dumps.
        factory.setEnableThreadNameFilter(false);
        factory.setRegisterDefaultExceptionMappers(false);
        factory.setRequestLogFactory(new NoRequestLog());
        return factory;
    }
}
