package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a container has printed, message by message, as the daemon sends it. The client's own command for it hands on pieces of
 * messages of at most 1 KiB, in which nobody sees where one begins, and whose bytes it overwrites (3.7.1). Used by one
 * thread; {@link #close} may come from another, and ends a {@link #next} that waits.
 */
final class MessageStream implements Closeable {

    /** Messages have 16 KiB and a time. */
    private static final int LONGEST = 1 << 20;

    private static final int LONGEST_REFUSAL = 4096;

    private final Response response;
    private final DataInputStream in;

    private MessageStream(Response response) {
        this.response = response;
        this.in = new DataInputStream(response.getBody());
    }

    /**
     * The last {@code tail} messages, and those to come if it follows.
     *
     * @return empty if there is no such container, or it is being removed
     */
    static Optional<MessageStream> open(DockerHttpClient http, String container, int tail, boolean follow)
            throws IOException {
        Response response = http.execute(Request.builder()
                .method(Request.Method.GET)
                .path("/containers/%s/logs?stdout=1&stderr=1&timestamps=1&tail=%d&follow=%d"
                        .formatted(container, tail, follow ? 1 : 0))
                .build());
        return switch (response.getStatusCode()) {
            case HttpURLConnection.HTTP_OK -> Optional.of(new MessageStream(response));
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> {
                response.close();
                yield Optional.empty();
            }
            default -> throw refusal(response);
        };
    }

    private static InternalServerErrorException refusal(Response response) throws IOException {
        try (response) {
            return new InternalServerErrorException(
                    new String(response.getBody().readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8));
        }
    }

    /** The next message, for which it waits; empty at the end. */
    Optional<Message> next() throws IOException {
        int stream = in.read();
        if (stream < 0) {
            return Optional.empty();
        }
        in.skipNBytes(3);
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("the container daemon sends a message of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the container daemon broke off");
        }
        return Optional.of(Message.of(stream, ByteBuffer.wrap(bytes)));
    }

    @Override
    public void close() {
        response.close();
    }
}
