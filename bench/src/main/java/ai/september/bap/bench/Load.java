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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;

/**
 * A client in a JVM of its own, as cheap as can be, because it shares the processors with what it measures: one thread,
 * kept connections, one request in flight on each, prepared bytes, answers only delimited and not parsed. It sends the next
 * request when the one before is answered, or at a rate of its own whatever becomes of them.
 */
public final class Load {

    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final long GRANULARITY_NS = 5_000_000;
    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);
    private static final String LAST_ANSWER = "\r\nconnection: close\r\n";
    private static final byte[] REFUSED = "HTTP/1.1 503".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final List<ByteBuffer> requests;
    private final double perSecond;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Latencies served = new Latencies();
    private final Latencies refused = new Latencies();
    private int sent;
    private long start;
    private long end;

    private Load(List<ByteBuffer> requests, double perSecond) throws IOException {
        this.selector = Selector.open();
        this.requests = requests;
        this.perSecond = perSecond;
    }

    /**
     * Argument: the port. Each line on standard input orders a slice, {@code connections milliseconds rate requests}: requests
     * a second, 0 for as many as are answered; the requests, which are sent in turn, as base64 with commas between. Each is
     * answered by {@code nanoseconds}, then {@code answers within p50 p99} of those that were answered 200 and of those that
     * were answered 503: how many, how many of them within the slice, and percentiles of all in nanoseconds. At a rate, what
     * was due while no connection was free counts from then.
     */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            Scanner words = new Scanner(order);
            int connections = words.nextInt();
            long milliseconds = words.nextLong();
            double perSecond = Double.parseDouble(words.next());
            List<ByteBuffer> requests = Arrays.stream(words.next().split(",", -1))
                    .map(request -> ByteBuffer.wrap(Base64.getDecoder().decode(request)))
                    .toList();
            Load load = new Load(requests, perSecond);
            System.out.println(load.run(port, connections, milliseconds));
        }
    }

    /** One connection with the answer that is coming in. */
    private static final class Connection {

        private final Selector selector;
        private final int port;
        private SocketChannel channel;
        private final byte[] bytes = new byte[LARGEST_ANSWER];
        private final ByteBuffer answer = ByteBuffer.wrap(bytes);
        private long sent;

        Connection(Selector selector, int port) throws IOException {
            this.selector = selector;
            this.port = port;
            this.channel = open();
        }

        private SocketChannel open() throws IOException {
            SocketChannel opened = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ, this);
            return opened;
        }

        /** For the next request; one that was refused before its body was read may be the last of its connection. */
        void answered() throws IOException {
            if (!isServed() && isLast()) {
                channel.close();
                channel = open();
            }
            answer.clear();
        }

        private boolean isLast() {
            return new String(bytes, 0, answer.position(), StandardCharsets.US_ASCII)
                    .toLowerCase(Locale.ROOT)
                    .contains(LAST_ANSWER);
        }

        boolean isServed() {
            return isStatus(bytes, OK);
        }
    }

    private String run(int port, int connections, long milliseconds) throws IOException {
        List<Connection> all = new ArrayList<>();
        for (int number = 0; number < connections; number++) {
            all.add(new Connection(selector, port));
        }
        start = System.nanoTime();
        end = start + milliseconds * 1_000_000;
        idle.addAll(all);
        do {
            sendWhatIsDue();
            readAnswers();
        } while (System.nanoTime() < end || idle.size() < connections);
        for (Connection connection : all) {
            connection.channel.close();
        }
        selector.close();
        return (end - start) + " " + served + " " + refused;
    }

    /** At a rate: what was due so far. Else: one more on each connection. */
    private void sendWhatIsDue() throws IOException {
        long now = System.nanoTime();
        while (now < end && !idle.isEmpty()) {
            long due = perSecond == 0 ? now : start + (long) (sent * 1e9 / perSecond);
            if (due > now) {
                return;
            }
            // A moment's delay is this client's own, a longer one comes of connections that were all busy.
            send(idle.remove(), now - due > GRANULARITY_NS ? due : now);
        }
    }

    private void send(Connection connection, long since) throws IOException {
        connection.sent = since;
        ByteBuffer bytes = requests.get(sent++ % requests.size()).duplicate();
        while (bytes.hasRemaining()) {
            connection.channel.write(bytes);
        }
    }

    private void readAnswers() throws IOException {
        if (perSecond == 0) {
            selector.select();
        } else {
            selector.select(1);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Connection connection = (Connection) key.attachment();
            if (isWhole(connection)) {
                long now = System.nanoTime();
                (connection.isServed() ? served : refused).add(now - connection.sent, now <= end);
                connection.answered();
                idle.add(connection);
            }
        }
        selector.selectedKeys().clear();
    }

    private static boolean isWhole(Connection connection) throws IOException {
        if (connection.channel.read(connection.answer) < 0) {
            String came = new String(connection.bytes, 0, connection.answer.position(), StandardCharsets.UTF_8);
            throw new IOException("the server closed a connection after \"" + came + "\"");
        }
        byte[] bytes = connection.bytes;
        int length = connection.answer.position();
        int head = Answer.headLength(bytes, length);
        if (head < 0) {
            return false;
        }
        if (!isStatus(bytes, OK) && !isStatus(bytes, REFUSED)) {
            throw new IOException("refused: " + new String(bytes, 0, length, StandardCharsets.UTF_8));
        }
        return Answer.isWhole(bytes, head, length);
    }

    private static boolean isStatus(byte[] answer, byte[] status) {
        return Arrays.equals(answer, 0, status.length, status, 0, status.length);
    }

    /** How long answers took. */
    private static final class Latencies {

        private long[] nanoseconds = new long[1 << 16];
        private int count;
        private int inTime;

        /** What comes after the slice's end, while nothing more is asked, counts as slow but not as much. */
        void add(long latency, boolean isInTime) {
            inTime += isInTime ? 1 : 0;
            if (count == nanoseconds.length) {
                nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
            }
            nanoseconds[count++] = latency;
        }

        @Override
        public String toString() {
            long[] sorted = Arrays.copyOf(nanoseconds, count);
            Arrays.sort(sorted);
            return count == 0
                    ? "0 0 0 0"
                    : count + " " + inTime + " " + sorted[count / 2] + " " + sorted[(int) (count * 0.99)];
        }
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
