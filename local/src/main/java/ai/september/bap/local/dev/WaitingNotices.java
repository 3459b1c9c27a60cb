package ai.september.bap.local.dev;

import ai.september.bap.local.stage.Reporter;
import ai.september.bap.process.Prerequisites;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Shows on the console what a part waits for while it starts: what {@link Prerequisites} logs, each reason once. */
final class WaitingNotices extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger source = (Logger) LoggerFactory.getLogger(Prerequisites.class);
    private final @Nullable Level levelBefore = source.getLevel();
    private final Reporter reporter;
    private String last = "";

    private WaitingNotices(Reporter reporter) {
        this.reporter = reporter;
    }

    /** Until closed. */
    static WaitingNotices to(Reporter reporter) {
        WaitingNotices notices = new WaitingNotices(reporter);
        // Whatever the log's level: this is for the console.
        notices.source.setLevel(Level.INFO);
        notices.start();
        notices.source.addAppender(notices);
        return notices;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!event.getFormattedMessage().equals(last)) {
            last = event.getFormattedMessage();
            reporter.notice(last);
        }
    }

    @Override
    public void close() {
        source.detachAppender(this);
        source.setLevel(levelBefore);
    }
}
