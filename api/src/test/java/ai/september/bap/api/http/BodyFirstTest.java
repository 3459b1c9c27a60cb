package ai.september.bap.api.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a real server, over real connections. */
class BodyFirstTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final int CROWD = 100;

    private final AtomicInteger begun = new AtomicInteger();
    private final List<Socket> clients = new ArrayList<>();
    private final QueuedThreadPool threads = new QueuedThreadPool(16);
    private final Server server = new Server(threads);
    private int port;

    /** Reads as far as a resource would, and answers with the number of bytes. */
    private final class Reader extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            begun.incrementAndGet();
            String path = Request.getPathInContext(request);
            int bytes = -1;
            if (!path.equals("/unread")) {
                // Not to the last of too many, after which the stream would wait for more; not closed, which fails the
                // rest.
                InputStream body = Content.Source.asInputStream(request);
                bytes = body.readNBytes(JsonBody.MAX_BYTES).length;
            }
            Content.Sink.write(response, true, Integer.toString(bytes), callback);
            return true;
        }
    }

    private void start(Duration longest) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        BodyFirst first = new BodyFirst(longest);
        first.setHandler(new Reader());
        server.setHandler(first);
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

    private Socket send(String request) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.add(client);
        client.setSoTimeout(10_000);
        client.getOutputStream().write(request.getBytes(ISO_8859_1));
        return client;
    }

    private static String head(String path, String framing) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + framing + "\r\n\r\n";
    }

    private static String answer(Socket client) throws IOException {
        String all = new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        return all.substring(0, 12) + all.substring(all.lastIndexOf('\n'));
    }

    @Test
    void slowSendersHoldNoThread() throws Exception {
        start(NEVER);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            slow.add(send(head("/", "Content-Length: 3") + "ab"));
        }

        assertThat(answer(send(head("/", "Content-Length: 2") + "{}"))).isEqualTo("HTTP/1.1 200\n2");
        assertThat(begun).hasValue(1);

        for (Socket client : slow) {
            client.getOutputStream().write('c');
            assertThat(answer(client)).isEqualTo("HTTP/1.1 200\n3");
        }
    }

    @Test
    void aBodyInPiecesIsReadWhole() throws Exception {
        start(NEVER);
        Socket client = send(head("/", "Transfer-Encoding: chunked"));
        for (int i = 0; i < 50; i++) {
            client.getOutputStream().write("3\r\nabc\r\n".getBytes(ISO_8859_1));
        }
        client.getOutputStream().write("0\r\n\r\n".getBytes(ISO_8859_1));

        assertThat(answer(client)).isEqualTo("HTTP/1.1 200\n150");
    }

    @Test
    void theLargestLegalBodyComesWhole() throws Exception {
        start(NEVER);
        Socket client = send(head("/", "Content-Length: " + JsonBody.MAX_BYTES) + "x".repeat(JsonBody.MAX_BYTES));

        assertThat(answer(client)).isEqualTo("HTTP/1.1 200\n" + JsonBody.MAX_BYTES);
    }

    @Test
    void ofABodyThatIsTooLargeAsMuchIsTakenAsTellsIt() throws Exception {
        start(NEVER);
        Socket client = send(head("/", "Transfer-Encoding: chunked") + Integer.toHexString(JsonBody.MAX_BYTES + 10)
                + "\r\n" + "x".repeat(JsonBody.MAX_BYTES + 1));

        Await.atMost(SOON, "the request is worked on").until(() -> begun.get() == 1);
        assertThat(client.getInputStream().readNBytes(12)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 200");
    }

    @Test
    void whatIsAnnouncedAsTooLargeOrWaitsToBeAskedIsWorkedOnAtOnce() throws Exception {
        start(NEVER);

        assertThat(answer(send(head("/unread", "Content-Length: " + (JsonBody.MAX_BYTES + 1)))))
                .isEqualTo("HTTP/1.1 200\n-1");
        assertThat(answer(send(head("/unread", "Content-Length: 2\r\nExpect: 100-continue"))))
                .isEqualTo("HTTP/1.1 200\n-1");
        assertThat(answer(send(head("/", "Content-Length: 0")))).isEqualTo("HTTP/1.1 200\n0");
    }

    @Test
    void whoBreaksOffIsNoneOfTheOthersBusiness() throws Exception {
        start(NEVER);
        Socket client = send(head("/", "Content-Length: 10") + "ab");
        client.shutdownOutput();

        assertThat(answer(client)).doesNotStartWith("HTTP/1.1 200");
    }

    @Test
    void whoTricklesForTooLongIsNotWaitedFor() throws Exception {
        start(Duration.ofMillis(200));
        Socket client = send(head("/", "Content-Length: 1000000"));

        Await.atMost(SOON, "the request is worked on").until(() -> {
            client.getOutputStream().write('x');
            LockSupport.parkNanos(10_000_000);
            return begun.get() == 1;
        });

        assertThat(client.getInputStream().readNBytes(12)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 500");
    }
}
