package ai.september.bap.api.logs;

import ai.september.bap.process.logs.LogFrame;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.logs.LogTicket;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An engine's output, as a worker sends it. It is read by a thread that waits, and ends by {@link #close} from any other one. (Of
 * Java's two clients only this one breaks off a read that takes too long.)
 */
final class WorkerLog implements AutoCloseable {

    private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

    /** A worker sends something every second. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    /** More than a line has, whatever its characters. */
    private static final int MOST_BYTES = 256 << 10;

    private final HttpURLConnection connection;
    private final InputStream in;

    private WorkerLog(HttpURLConnection connection, InputStream in) {
        this.connection = connection;
        this.in = in;
    }

    /** A worker has no place left. */
    static final class BusyException extends IOException {

        BusyException() {
            super("too many read there already");
        }
    }

    /** Asks a worker at {@code host:port}. */
    static WorkerLog open(String address, LogTicket ticket, LogQuery query) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) new URL("http://" + address + query.pathAndQuery()).openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) CONNECT_TIME.toMillis());
        connection.setReadTimeout((int) LONGEST_SILENCE.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Authorization", "Bearer " + ticket.secret());
        connection.setRequestProperty("Connection", "close");
        try {
            requireOk(connection.getResponseCode());
            return new WorkerLog(connection, new BufferedInputStream(connection.getInputStream()));
        } catch (IOException refused) {
            connection.disconnect();
            throw refused;
        }
    }

    private static void requireOk(int status) throws IOException {
        if (status == HttpURLConnection.HTTP_UNAVAILABLE) {
            throw new BusyException();
        }
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("it answers " + status);
        }
    }

    /** The next frame, for which it waits. */
    LogFrame next() throws IOException {
        try {
            return LogFrame.parse(line());
        } catch (IllegalArgumentException strange) {
            throw new IOException("it sends what no worker sends", strange);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != '\n' && line.size() < MOST_BYTES) {
            line.write(next);
            next = in.read();
        }
        if (next != '\n') {
            throw new EOFException("it broke off");
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
