package ai.september.bap.local.dev;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import io.dropwizard.logging.common.BootstrapLogging;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends the log of this JVM to a file, so that the console is for the user. */
final class DevLog {

    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{28} "
            + "[%X{request_id:-} %X{operation_id:-} %X{engine_id:-}] %msg%n";

    /** What is chatty at INFO without telling anything. */
    private static final List<String> QUIET =
            List.of("org.eclipse.jetty", "io.dropwizard", "org.hibernate.validator", "io.temporal.serviceclient");

    private DevLog() {}

    static void to(Path file) {
        // Dropwizard sends the log to the console once per JVM, when the first application is made: let it be now.
        BootstrapLogging.bootstrap();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender(context, file));
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }

    private static FileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(LINE);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
