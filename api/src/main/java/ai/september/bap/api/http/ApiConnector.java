package ai.september.bap.api.http;

import ai.september.bap.process.configuration.HttpSettings;
import io.dropwizard.jetty.HttpConnectorFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;

/** The application connector: lets percent-encoded {@code /} and {@code %} through, because user ids have them. */
final class ApiConnector extends HttpConnectorFactory {

    /** Connections that wait to be accepted: with Java's 50, clients that come all at once would try again a second later. */
    private static final int ACCEPT_QUEUE = 1_024;

    private static final UriCompliance URI_COMPLIANCE = UriCompliance.DEFAULT.with(
            "BAP",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    ApiConnector(HttpSettings http) {
        setBindHost(http.bindHost().resolve());
        setPort(http.apiPort());
        setAcceptQueueSize(ACCEPT_QUEUE);
        // Not in the configuration below: Dropwizard writes its own setting over that one.
        setUriCompliance(URI_COMPLIANCE);
    }

    @Override
    protected HttpConfiguration buildHttpConfiguration() {
        HttpConfiguration configuration = super.buildHttpConfiguration();
        configuration.addCustomizer(new RequestPreparation());
        return configuration;
    }
}
