package ai.september.bap.api.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ai.september.bap.process.logs.LogFrame;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.logs.LogTicket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker that says what the test wants. */
@Timeout(60)
class WorkerLogTest {

    private static final LogTicket TICKET = new LogTicket("the-secret");
    private static final LogQuery QUERY = new LogQuery(5, null, true);
    private static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

    @SuppressWarnings("NullAway.Init")
    private ServerSocket worker;

    /** What was asked, line by line. */
    @SuppressWarnings("NullAway.Init")
    private FutureTask<List<String>> asked;

    @BeforeEach
    void listen() throws IOException {
        worker = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        worker.close();
    }

    private String address() {
        return "127.0.0.1:" + worker.getLocalPort();
    }

    /** Answers one request so, and then closes the connection or leaves it open. */
    private void answering(String answer, boolean closes) {
        asked = new FutureTask<>(answer(answer, closes));
        Thread thread = new Thread(asked, "worker");
        thread.setDaemon(true);
        thread.start();
    }

    private Callable<List<String>> answer(String answer, boolean closes) {
        return () -> {
            Socket socket = worker.accept();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            List<String> asked = new ArrayList<>();
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                asked.add(line);
            }
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            if (closes) {
                socket.close();
            }
            return asked;
        };
    }

    @Test
    void itIsAskedWithTheTicketAndTellsFrameByFrame() throws Exception {
        answering(OK + "B\nL1000 é \nEENDED\n", true);
        try (WorkerLog log = WorkerLog.open(address(), TICKET, QUERY)) {
            assertThat(log.next()).isEqualTo(new LogFrame.Beat());
            assertThat(log.next()).isEqualTo(new LogFrame.Line(Instant.ofEpochSecond(1), "é "));
            assertThat(log.next()).isEqualTo(LogFrame.End.ENDED);
            assertThatIOException().isThrownBy(log::next).withMessageContaining("broke off");
        }
        assertThat(asked.get())
                .contains("GET /engine-logs?tail=5&follow=true HTTP/1.1", "Authorization: Bearer the-secret");
    }

    @Test
    void oneThatIsBusyIsToldFromOneThatRefuses() {
        answering("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", true);
        assertThatExceptionOfType(WorkerLog.BusyException.class)
                .isThrownBy(() -> WorkerLog.open(address(), TICKET, QUERY));
        for (String status : List.of("401", "500", "302")) {
            answering("HTTP/1.1 " + status + " x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", true);
            assertThatIOException()
                    .isThrownBy(() -> WorkerLog.open(address(), TICKET, QUERY))
                    .withMessageContaining(status)
                    .satisfies(refusal -> assertThat(refusal).isNotInstanceOf(WorkerLog.BusyException.class));
        }
    }

    @Test
    void whatNoWorkerSendsIsNotBelieved() throws Exception {
        for (String strange : List.of("<html>\n", "x".repeat(300_000) + "\n", "Lmany\n")) {
            answering(OK + strange, true);
            try (WorkerLog log = WorkerLog.open(address(), TICKET, QUERY)) {
                assertThatIOException().isThrownBy(log::next);
            }
        }
    }

    @Test
    void oneThatFallsSilentIsLeft() throws Exception {
        answering(OK + "B\n", false);
        try (WorkerLog log = WorkerLog.open(address(), TICKET, QUERY)) {
            assertThat(log.next()).isEqualTo(new LogFrame.Beat());
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(log::next);
        }
    }

    @Test
    void whereNobodyListensNobodyIsWaitedFor() throws IOException {
        worker.close();
        assertThatIOException().isThrownBy(() -> WorkerLog.open(address(), TICKET, QUERY));
    }
}
