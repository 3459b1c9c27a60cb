package ai.september.bap.process.logging;

import ai.september.bap.process.configuration.LogFormat;
import ai.september.bap.process.configuration.LogSettings;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dropwizard.logging.common.ConsoleAppenderFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import io.dropwizard.logging.json.EventJsonLayoutBaseFactory;
import java.util.List;
import java.util.Map;

/** The log of a process, on standard output: where containers and service managers collect it. */
public final class LogSetup {

    /** Time, severity, logger, the ids in scope, message; a stack trace with its root cause first. */
    private static final String TEXT_LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{28} "
            + "%replace(%replace([%X{request_id:-} %X{operation_id:-} %X{engine_id:-} %X{trace_id:-}] )"
            + "{' *\\]', ']'}){'\\[\\] ', ''}%msg%n%dwREx";

    /** What is chatty at INFO without telling an operator anything. */
    private static final Map<String, JsonNode> QUIET = Map.of(
            "org.eclipse.jetty", TextNode.valueOf("WARN"),
            "io.dropwizard.jersey", TextNode.valueOf("WARN"),
            // Below INFO it writes out what it sends, engines' variables included.
            "com.github.dockerjava", TextNode.valueOf("WARN"),
            "io.dropwizard.core.server", TextNode.valueOf("WARN"),
            "org.hibernate.validator", TextNode.valueOf("WARN"));

    private LogSetup() {}

    /** What Dropwizard needs to configure the log so. */
    public static DefaultLoggingFactory from(LogSettings settings) {
        ConsoleAppenderFactory<ILoggingEvent> console = new ConsoleAppenderFactory<>();
        if (settings.format() == LogFormat.JSON) {
            console.setLayout(jsonLines());
        } else {
            console.setLogFormat(TEXT_LINE);
        }
        console.setFilterFactories(List.of(BrokenDownloads::new));
        DefaultLoggingFactory factory = new DefaultLoggingFactory();
        factory.setLevel(settings.level().name());
        factory.setLoggers(QUIET);
        factory.setAppenders(List.of(console));
        return factory;
    }

    private static EventJsonLayoutBaseFactory jsonLines() {
        EventJsonLayoutBaseFactory layout = new EventJsonLayoutBaseFactory();
        layout.setTimestampFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
        layout.setFlattenMdc(true);
        return layout;
    }
}
