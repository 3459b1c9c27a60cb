package ai.september.bap.api.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a real server, over real connections. */
class AnswersApartTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    /** More than the system takes for a client that does not read. */
    private static final int LARGE = 16 << 20;

    private static final int CROWD = 30;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger answered = new AtomicInteger();
    private final List<Socket> clients = new ArrayList<>();
    private final Server server = new Server(new QueuedThreadPool(16));
    private int port;

    /** Answers in two pieces, and waits until each is written, as a servlet does. */
    private final class Work extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            String path = Request.getPathInContext(request);
            if (path.equals("/nothing")) {
                response.setStatus(204);
            } else if (path.equals("/fails")) {
                write(response, false, "half an answer");
                callback.failed(new IllegalStateException("on purpose"));
                return true;
            } else if (path.equals("/stream")) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
                write(response, false, "first");
                return true;
            } else {
                write(response, false, "x".repeat(path.equals("/large") ? LARGE : 1));
                write(response, true, "y");
            }
            answered.incrementAndGet();
            callback.succeeded();
            return true;
        }

        private static void write(Response response, boolean last, String text) throws IOException {
            try (Blocker.Callback written = Blocker.callback()) {
                response.write(last, ByteBuffer.wrap(text.getBytes(ISO_8859_1)), written);
                written.block();
            }
        }
    }

    private void start(long mostUnread) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        AnswersApart apart = new AnswersApart(mostUnread, meters);
        apart.setHandler(new Work());
        server.setHandler(apart);
        server.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        server.stop();
    }

    private Socket get(String path) throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(2048);
        client.setSoTimeout(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
        return client;
    }

    private String answer(String path) throws IOException {
        return new String(get(path).getInputStream().readAllBytes(), ISO_8859_1);
    }

    private double unread() {
        return meters.get("bap.answers.unread").gauge().value();
    }

    private double cut() {
        return meters.get("bap.answers.cut").counter().count();
    }

    @Test
    void slowReadersHoldNoThreadAndGetTheirAnswerWhole() throws Exception {
        start(2L * CROWD * LARGE);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            slow.add(get("/large"));
        }
        Await.atMost(SOON, "all are answered").until(() -> answered.get() == CROWD);
        Await.atMost(SOON, "all are kept").until(() -> unread() == CROWD * (LARGE + 1.0));

        assertThat(answer("/small")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nxy");

        for (Socket client : slow) {
            assertThat(client.getInputStream().readAllBytes()).hasSizeGreaterThan(LARGE);
        }
        Await.atMost(SOON, "nothing is unread").until(() -> unread() == 0);
        assertThat(cut()).isZero();
    }

    @Test
    void thoseUnreadTheLongestAreCutOffWhereTooMuchIs() throws Exception {
        start(2L * LARGE + 10);
        Socket oldest = get("/large");
        Await.atMost(SOON, "one is kept").until(() -> unread() == LARGE + 1);
        Socket newer = get("/large");
        Await.atMost(SOON, "two are kept").until(() -> unread() == 2 * (LARGE + 1));
        assertThat(cut()).isZero();
        Socket newest = get("/large");
        Await.atMost(SOON, "one is cut off").until(() -> cut() == 1);

        assertThat(newer.getInputStream().readAllBytes()).hasSizeGreaterThan(LARGE);
        assertThat(newest.getInputStream().readAllBytes()).hasSizeGreaterThan(LARGE);
        assertThat(readable(oldest)).isLessThan(LARGE);
        Await.atMost(SOON, "nothing is unread").until(() -> unread() == 0);
    }

    private static int readable(Socket client) {
        int bytes = 0;
        try {
            byte[] piece = new byte[1 << 16];
            for (int read = client.getInputStream().read(piece); read >= 0; ) {
                bytes += read;
                read = client.getInputStream().read(piece);
            }
        } catch (IOException cut) {
            return bytes;
        }
        return bytes;
    }

    @Test
    void whatIsNotAllThereIsNoAnswer() throws Exception {
        start(LARGE);

        assertThat(answer("/fails")).startsWith("HTTP/1.1 500 ").doesNotContain("half an answer");
        assertThat(answer("/nothing")).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void aStreamIsWrittenAsItComes() throws Exception {
        start(LARGE);

        Socket client = get("/stream");
        StringBuilder seen = new StringBuilder();
        while (!seen.toString().contains("first")) {
            seen.append((char) client.getInputStream().read());
        }
        assertThat(unread()).isZero();
    }
}
