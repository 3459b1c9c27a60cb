package ai.september.bap.api.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

    private static final String USER = "zaphod.beeblebrox";
    private static final Map<String, String> KEY =
            Map.of(KeyHeaders.PLATFORM, ProbeEngines.PLATFORM_KEY, "X-Request-Id", "access-log-test");

    private final Recorder everything = new Recorder();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        ProbeServer.get("/nope"); // The server starts, and with it the log, before we listen.
        everything.setContext(root.getLoggerContext());
        everything.start();
        root.addAppender(everything);
        root.getLoggerContext().getLogger("ai.september.bap").setLevel(ch.qos.logback.classic.Level.INFO);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(everything);
    }

    @Test
    void aLineTellsMethodRouteStatusDurationAndRequestId() throws InterruptedException {
        ProbeServer.send("POST", "/engines/" + USER + "/admit", KEY, "");

        ILoggingEvent line = everything.access("POST /engines/{user_id}/admit 200 ");
        assertThat(line.getFormattedMessage()).matches("POST /engines/\\{user_id}/admit 200 [0-9]+ ms");
        assertThat(line.getMDCPropertyMap())
                .containsEntry("request_id", "access-log-test")
                .containsEntry("route", "/engines/{user_id}/admit")
                .containsEntry("method", "POST")
                .containsEntry("status", "200")
                .containsKey("duration_ms");
    }

    @Test
    void whatHadNoRouteIsLoggedToo() throws InterruptedException {
        ProbeServer.send("GET", "/engines/" + USER + "/nope/nope", KEY, "");
        everything.access("GET (unmatched) 404 ");

        ProbeServer.send("GET", "/engines/" + USER + "%zz", KEY, "");
        everything.access("(other) (unmatched) 400 ");

        ProbeServer.send("LAUGH", "/engines/" + USER, KEY, "");
        everything.access("(other) (unmatched) 405 ");
    }

    @Test
    void noLineHasAUserIdOrAKey() throws InterruptedException {
        ProbeServer.send("GET", "/engines/" + USER, KEY, "");
        everything.access("GET /engines/{user_id} 200 ");
        ProbeServer.send("GET", "/engines/" + USER, Map.of(), "");
        everything.access("GET /engines/{user_id} 401 ");
        ProbeServer.send("GET", "/engines/" + USER + "?limit=%zz", KEY, "");
        everything.access("GET /engines/{user_id} 200 ");
        ProbeServer.send("POST", "/engines/" + USER + "/admit", KEY, "{");
        everything.access("POST /engines/{user_id}/admit 415 ");

        assertThat(everything.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain(USER, ProbeEngines.PLATFORM_KEY));
    }

    @Test
    void theTimeInWhichTheRestOfABodyIsWaitedForIsNotCounted() throws Exception {
        long start = System.nanoTime();
        long left;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), ProbeServer.port())) {
            client.getOutputStream()
                    .write("POST /engines/provision HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n"
                            .getBytes(US_ASCII));
            assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
            LockSupport.parkNanos(1_000_000_000);
            left = System.nanoTime();
        }

        ILoggingEvent line = everything.access("POST /engines/provision 401 ");
        assertThat(Long.parseLong(line.getMDCPropertyMap().get("duration_ms")))
                .isLessThan(TimeUnit.NANOSECONDS.toMillis(left - start));
    }

    @Test
    void everyRequestIsMeasuredByRoute() throws InterruptedException {
        ProbeServer.send("DELETE", "/engines/" + USER, KEY, "");
        everything.access("DELETE /engines/{user_id} 200 ");

        assertThat(ProbeServer.METERS
                        .get("http.server.requests")
                        .tags("method", "DELETE", "route", "/engines/{user_id}", "status", "200")
                        .timer()
                        .count())
                .isPositive();
    }

    private static final class Recorder extends AppenderBase<ILoggingEvent> {

        private final LinkedBlockingQueue<ILoggingEvent> access = new LinkedBlockingQueue<>();
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getThreadName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap());
            if (event.getLoggerName().equals("ai.september.bap.access")) {
                access.add(event);
            }
        }

        /** Waits for a line that begins so. */
        ILoggingEvent access(String beginning) throws InterruptedException {
            for (ILoggingEvent event = next(); event != null; event = next()) {
                if (event.getFormattedMessage().startsWith(beginning)) {
                    return event;
                }
            }
            throw new AssertionError("no line begins with " + beginning + " among " + lines);
        }

        private @Nullable ILoggingEvent next() throws InterruptedException {
            return access.poll(5, TimeUnit.SECONDS);
        }

        List<String> lines() {
            return lines;
        }
    }
}
