package ai.september.bap.process.server;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.configuration.EngineLogSettings;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.HttpConnectorFactory;
import jakarta.servlet.http.HttpServlet;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/** The port at which a worker serves the APIs of its installation. Thread-safe. */
public final class InternalPort {

    private final EngineLogSettings settings;
    private final String host;
    private volatile @Nullable String address;
    private volatile Runnable opened = () -> {};

    private InternalPort(EngineLogSettings settings, String host) {
        this.settings = settings;
        this.host = host;
    }

    /**
     * Gives a process that port, at which it serves nothing but this; to be called while the application runs. Waits for the
     * network that it is on.
     */
    public static InternalPort open(
            OrchestratorConfiguration configuration, Environment environment, String path, HttpServlet servlet)
            throws InterruptedException {
        EngineLogSettings settings = configuration.engineLogs();
        Prerequisites.awaitNetwork(settings.bindHost());
        InternalPort port = new InternalPort(settings, settings.bindHost().resolve());
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost(port.host);
        connector.setPort(settings.port());
        connector.setUseDateHeader(false);
        DefaultServerFactory server = (DefaultServerFactory) configuration.getServerFactory();
        server.setApplicationConnectors(List.of(connector));
        server.getGzipFilterFactory().setEnabled(false);
        environment.jersey().disable();
        environment.servlets().addServlet("internal", servlet).addMapping(path);
        environment.lifecycle().addServerLifecycleListener(started -> {
            port.listensOn(started);
            port.opened.run();
        });
        return port;
    }

    /** What APIs reach it by, {@code host:port}; empty as long as it does not listen. */
    public Optional<String> address() {
        return Optional.ofNullable(address);
    }

    /** Does something as soon as it listens, on a thread that must not wait. */
    public void onceOpen(Runnable work) {
        opened = work;
    }

    private void listensOn(Server server) {
        for (var connector : server.getConnectors()) {
            if ("application".equals(connector.getName()) && connector instanceof NetworkConnector network) {
                String own = (host.contains(":") ? "[" + host + "]" : host) + ":" + network.getLocalPort();
                address = settings.address() == null ? own : settings.address();
            }
        }
    }
}
