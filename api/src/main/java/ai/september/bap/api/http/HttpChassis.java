package ai.september.bap.api.http;

import ai.september.bap.process.configuration.HttpSettings;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.logging.AccessLog;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.filter.AllowedMethodsFilter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterMapping;
import org.eclipse.jetty.ee10.servlet.ServletHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.server.ServerProperties;

/**
 * Makes a Dropwizard server speak HTTP as this interface does, for any set of resources. To be installed once, while the
 * application runs and before its server is built.
 */
public final class HttpChassis {

    /** For a place among those that are worked on: of a crowd, and in a line that does not end. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private static final Duration LONGEST_WAIT_UNDER_LOAD = Duration.ofMillis(100);

    /** For a body that has begun to come. */
    private static final Duration LONGEST_BODY = Duration.ofSeconds(10);

    /** Of answers that nobody reads, in bytes; an eighth of the memory if that is less. */
    private static final long MOST_UNREAD = 64L << 20;

    private HttpChassis() {}

    /** Installs connector, access log, error envelope, filters and JSON; resources are registered beside it. */
    public static void install(OrchestratorConfiguration configuration, Environment environment, MeterRegistry meters) {
        DefaultServerFactory server = (DefaultServerFactory) configuration.getServerFactory();
        server.setApplicationConnectors(List.of(new ApiConnector(configuration.http())));
        server.setRequestLogFactory(new AccessLogFactory(new AccessLog(meters)));
        // Bodies are limited as they come, and answers with keys in them are not compressed.
        server.getGzipFilterFactory().setEnabled(false);
        answerInEnvelope(environment);
        lookAfterAnswers(environment, meters);
        environment
                .servlets()
                .addFilter("log-context", new LogContextFilter())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        HttpSettings http = configuration.http();
        // The last that is put in is the first to see a request.
        environment
                .getApplicationContext()
                .insertHandler(new LoadGate(
                        http.requestsAtOnce(), http.requestsWaiting(), LONGEST_WAIT, LONGEST_WAIT_UNDER_LOAD, meters));
        environment.getApplicationContext().insertHandler(new BodyFirst(LONGEST_BODY));
        environment.getApplicationContext().getServletHandler().setDecodeAmbiguousURIs(true);
        // Location stays a path: the host a request came by may be a proxy's, and is whatever its client wrote.
        environment.jersey().property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        environment.jersey().register(new ErrorMapper(new WrongKeys(configuration.keys(), meters), meters));
        environment.jersey().register(new RequestGate());
        environment.jersey().register(new ResponseFinish());
        environment.jersey().register(new PlainAnswers());
    }

    private static void answerInEnvelope(Environment environment) {
        ObjectMapper json = environment.getObjectMapper();
        environment.getApplicationContext().setErrorHandler(new ServerErrors(json));
        // Dropwizard gives the server a handler of its own when it builds it; this one comes later.
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) {
                if (event instanceof Server server) {
                    server.setErrorHandler(new ServerErrors(json));
                    letJerseyJudgeMethods(environment);
                }
            }
        });
    }

    /** Around everything else: what is kept has to count as sent for whoever makes answers, the servlet's context included. */
    private static void lookAfterAnswers(Environment environment, MeterRegistry meters) {
        long mostUnread = Math.min(MOST_UNREAD, Runtime.getRuntime().maxMemory() / 8);
        AnswersApart answers = new AnswersApart(mostUnread, meters);
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) {
                if (event instanceof Server server) {
                    server.insertHandler(answers);
                    server.insertHandler(new LingeringClose());
                }
            }
        });
    }

    /** Dropwizard's filter would answer unknown methods before unknown paths, and without an Allow header. */
    private static void letJerseyJudgeMethods(Environment environment) {
        ServletHandler servlets = environment.getApplicationContext().getServletHandler();
        for (FilterMapping mapping : servlets.getFilterMappings()) {
            if (servlets.getFilter(mapping.getFilterName()).getHeldClass() == AllowedMethodsFilter.class) {
                servlets.removeFilterMapping(mapping);
            }
        }
    }
}
