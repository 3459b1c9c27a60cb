package ai.september.bap.process.server;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;

/**
 * A Dropwizard application that serves, in a JVM that may have others. It installs no shutdown hook and leaves the log
 * alone: both belong to whoever owns the JVM.
 */
public final class RunningServer implements AutoCloseable {

    private final Server server;

    private RunningServer(Server server) {
        this.server = server;
    }

    /**
     * Runs the application and starts its server, as soon as there is an address for it.
     *
     * @throws Exception what the application or the server failed with; nothing is left running then
     */
    public static RunningServer start(
            Application<OrchestratorConfiguration> application, OrchestratorConfiguration configuration)
            throws Exception {
        Prerequisites.awaitNetwork(configuration.http().bindHost());
        configuration.setServerFactory(ServerSetup.adminOnly(configuration.http()));
        Bootstrap<OrchestratorConfiguration> bootstrap = new Bootstrap<>(application);
        application.initialize(bootstrap);
        Environment environment = new Environment(
                application.getName(),
                bootstrap.getObjectMapper(),
                bootstrap.getValidatorFactory(),
                bootstrap.getMetricRegistry(),
                bootstrap.getClassLoader(),
                bootstrap.getHealthCheckRegistry(),
                configuration);
        configuration.getMetricsFactory().configure(environment.lifecycle(), bootstrap.getMetricRegistry());
        configuration.getServerFactory().configure(environment);
        bootstrap.run(configuration, environment);
        application.run(configuration, environment);
        return start(configuration.getServerFactory().build(environment));
    }

    /** Where the HTTP interface really listens, if the process has one. */
    public int apiPort() {
        return port("application");
    }

    /** Where the admin port really is. */
    public int adminPort() {
        return port("admin");
    }

    /** Lets running requests finish, then stops everything the application manages, in reverse order. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the server did not stop in order", failed);
        }
    }

    private static RunningServer start(Server server) throws Exception {
        server.setStopAtShutdown(false);
        try {
            server.start();
            return new RunningServer(server);
        } catch (Exception failed) {
            server.stop();
            throw failed;
        }
    }

    private int port(String connectorName) {
        for (var connector : server.getConnectors()) {
            if (connectorName.equals(connector.getName()) && connector instanceof NetworkConnector network) {
                return network.getLocalPort();
            }
        }
        throw new IllegalStateException("this process has no " + connectorName + " port");
    }
}
