package ai.september.bap.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Scanner;

/**
 * A client in a JVM of its own, as cheap as can be, because it shares the processors with what it measures: one thread,
 * kept connections, one request in flight on each, prepared bytes, answers only delimited and not parsed.
 */
public final class Load {

    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final ByteBuffer request;
    private long[] latencies = new long[1 << 16];
    private int answers;
    private long end;

    private Load(byte[] request) throws IOException {
        this.selector = Selector.open();
        this.request = ByteBuffer.wrap(request);
    }

    /**
     * Argument: the port. Each line on standard input orders a slice, {@code connections milliseconds request}, the
     * request as base64; each is answered by {@code requests nanoseconds p50 p99}, the percentiles in nanoseconds.
     */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            Scanner words = new Scanner(order);
            int connections = words.nextInt();
            long milliseconds = words.nextLong();
            Load load = new Load(Base64.getDecoder().decode(words.next()));
            System.out.println(load.run(port, connections, milliseconds));
        }
    }

    /** One connection with the answer that is coming in. */
    private static final class Connection {

        private final SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(LARGEST_ANSWER);
        private long sent;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private String run(int port, int connections, long milliseconds) throws IOException {
        List<Connection> all = new ArrayList<>();
        for (int number = 0; number < connections; number++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            Connection connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            all.add(connection);
        }
        long start = System.nanoTime();
        end = start + milliseconds * 1_000_000;
        for (Connection connection : all) {
            send(connection, start);
        }
        int inFlight = connections;
        while (inFlight > 0) {
            inFlight -= readAnswers();
        }
        long took = System.nanoTime() - start;
        for (Connection connection : all) {
            connection.channel.close();
        }
        selector.close();
        long[] sorted = Arrays.copyOf(latencies, answers);
        Arrays.sort(sorted);
        return answers + " " + took + " " + sorted[answers / 2] + " " + sorted[(int) (answers * 0.99)];
    }

    private void send(Connection connection, long now) throws IOException {
        connection.sent = now;
        ByteBuffer bytes = request.duplicate();
        while (bytes.hasRemaining()) {
            connection.channel.write(bytes);
        }
    }

    /** Takes what has come, and sends the next requests; how many connections are done for this slice. */
    private int readAnswers() throws IOException {
        int done = 0;
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
            Connection connection = (Connection) key.attachment();
            if (isWhole(connection)) {
                long now = System.nanoTime();
                record(now - connection.sent);
                connection.answer.clear();
                if (now < end) {
                    send(connection, now);
                } else {
                    done++;
                }
            }
        }
        selector.selectedKeys().clear();
        return done;
    }

    private void record(long latency) {
        if (answers == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * answers);
        }
        latencies[answers++] = latency;
    }

    private static boolean isWhole(Connection connection) throws IOException {
        if (connection.channel.read(connection.answer) < 0) {
            throw new IOException("the server closed a connection");
        }
        byte[] bytes = connection.answer.array();
        int length = connection.answer.position();
        int head = Answer.headLength(bytes, length);
        if (head < 0) {
            return false;
        }
        if (!Arrays.equals(bytes, 0, OK.length, OK, 0, OK.length)) {
            throw new IOException("refused: " + new String(bytes, 0, length, StandardCharsets.UTF_8));
        }
        return Answer.isWhole(bytes, head, length);
    }

    /** Just enough of HTTP to know where an answer ends. */
    private static final class Answer {

        private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        /** Up to and with the empty line; -1 while that is not there. */
        static int headLength(byte[] bytes, int length) {
            for (int at = 3; at < length; at++) {
                if (bytes[at] == '\n' && bytes[at - 1] == '\r' && bytes[at - 2] == '\n') {
                    return at + 1;
                }
            }
            return -1;
        }

        static boolean isWhole(byte[] bytes, int head, int length) {
            for (int at = 0; at < head; at++) {
                if (bytes[at] == '\n' && startsWith(bytes, at + 1, CONTENT_LENGTH)) {
                    return length >= head + number(bytes, at + 1 + CONTENT_LENGTH.length);
                }
            }
            return length >= head + LAST_CHUNK.length && startsWith(bytes, length - LAST_CHUNK.length, LAST_CHUNK);
        }

        private static boolean startsWith(byte[] bytes, int at, byte[] lowerCase) {
            for (int i = 0; i < lowerCase.length; i++) {
                if (Character.toLowerCase(bytes[at + i]) != lowerCase[i]) {
                    return false;
                }
            }
            return true;
        }

        private static int number(byte[] bytes, int from) {
            int number = 0;
            for (int at = from; bytes[at] != '\r'; at++) {
                if (bytes[at] != ' ') {
                    number = 10 * number + bytes[at] - '0';
                }
            }
            return number;
        }
    }
}
