package ai.september.bap.local.dev;

import ai.september.bap.process.logging.BrokenDownloads;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.dropwizard.logging.common.BootstrapLogging;
import io.dropwizard.logging.json.EventJsonLayoutBaseFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends the log of this JVM to a file, so that the console is for the user. */
final class DevLog {

    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{28} "
            + "[%X{request_id:-} %X{operation_id:-} %X{engine_id:-}] %msg%n";

    /** What is chatty at INFO without telling anything. */
    private static final List<String> QUIET = List.of(
            "org.eclipse.jetty",
            "io.dropwizard",
            "org.hibernate.validator",
            "io.temporal.serviceclient",
            // Below INFO it writes out what it sends, engines' variables included.
            "com.github.dockerjava");

    private DevLog() {}

    /**
     * From now on.
     *
     * @param variables of which {@code ORCH_LOG_LEVEL} and {@code ORCH_LOG_FORMAT} count; what is no level or format is
     *     refused where the whole configuration is read
     */
    static void to(Path file, Map<String, String> variables) {
        // Dropwizard sends the log to the console once per JVM, when the first application is made: let it be now.
        BootstrapLogging.bootstrap();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(variables.get("ORCH_LOG_LEVEL"), Level.INFO));
        boolean json = "json"
                .equalsIgnoreCase(variables.getOrDefault("ORCH_LOG_FORMAT", "").strip());
        root.addAppender(appender(context, file, json ? jsonLines(context) : textLines()));
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }

    private static FileAppender<ILoggingEvent> appender(
            LoggerContext context, Path file, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.addFilter(new BrokenDownloads());
        appender.start();
        return appender;
    }

    private static Encoder<ILoggingEvent> textLines() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(LINE);
        return encoder;
    }

    /** With the fields of the other processes' logs. */
    private static Encoder<ILoggingEvent> jsonLines(LoggerContext context) {
        EventJsonLayoutBaseFactory fields = new EventJsonLayoutBaseFactory();
        fields.setTimestampFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
        fields.setFlattenMdc(true);
        LayoutBase<ILoggingEvent> layout = fields.build(context, TimeZone.getTimeZone("UTC"));
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setLayout(layout);
        return encoder;
    }
}
