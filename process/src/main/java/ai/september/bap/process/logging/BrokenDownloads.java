package ai.september.bap.process.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;

/**
 * Keeps out of the log that a client broke off while its answer was being written: Jersey reports that as an error, with a
 * trace, and anybody could fill the log with it. What else it reports there, for example of an exception mapper that fails, is
 * let through.
 */
public final class BrokenDownloads extends Filter<ILoggingEvent> {

    private static final String REPORTER = "org.glassfish.jersey.server.ServerRuntime$Responder";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLoggerName().equals(REPORTER)
                        && event.getThrowableProxy() instanceof ThrowableProxy thrown
                        && isOfTheConnection(thrown.getThrowable())
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isOfTheConnection(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
