package ai.september.bap.process.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BrokenDownloadsTest {

    private static final String RESPONDER = "org.glassfish.jersey.server.ServerRuntime$Responder";

    private static FilterReply reply(String logger, Throwable thrown) {
        return new BrokenDownloads()
                .decide(new LoggingEvent(
                        "",
                        new LoggerContext().getLogger(logger),
                        Level.ERROR,
                        "An error has occurred.",
                        thrown,
                        null));
    }

    @Test
    void anAnswerThatNobodyTookToItsEndIsNoError() {
        IOException broken = new IOException("Broken pipe");

        assertThat(reply(RESPONDER, broken)).isEqualTo(FilterReply.DENY);
        assertThat(reply(RESPONDER, new IllegalStateException(broken))).isEqualTo(FilterReply.DENY);
    }

    @Test
    void whatElseGoesWrongIsLogged() {
        assertThat(reply(RESPONDER, new ClassCastException("a mapper"))).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply("ai.september.bap.api", new IOException("a disk"))).isEqualTo(FilterReply.NEUTRAL);
    }
}
