package ai.september.bap.activities.probe;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Probes {@code GET /health} of an engine as the engine contract defines it: no redirects followed, at most 64 KiB
 * read. Thread-safe.
 */
public final class HealthProbe {

    private static final int MAX_BODY = 64 * 1024;

    static {
        // Read once, when the first client is made. Each engine is asked twice a minute: a connection that is kept in
        // between, for twenty minutes on older Java, is a socket for every engine of the host.
        if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
            System.setProperty("jdk.httpclient.keepalive.timeout", "2");
        }
    }

    private final HttpClient client;
    private final AnswerReader reader = new AnswerReader();
    private final Duration timeout;

    /** A probe that takes at most {@code timeout}, from connecting to the last byte. */
    public HealthProbe(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** Asks once. An engine that can not be reached is {@link Health#NOT_OK}, not an exception. */
    public Health ask(URI engine) throws InterruptedException {
        return inquire(engine).health();
    }

    /** As {@link #ask}, with all that the engine says of itself. */
    public HealthAnswer inquire(URI engine) throws InterruptedException {
        CompletableFuture<HealthAnswer> answer = begin(engine);
        try {
            return answer.get();
        } catch (ExecutionException never) {
            throw new IllegalStateException("a probe failed, which is to say how", never);
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * As {@link #inquire}, without a thread that waits. The future never fails; whoever cancels it ends the probe.
     */
    public CompletableFuture<HealthAnswer> begin(URI engine) {
        HttpRequest request = HttpRequest.newBuilder(engine.resolve("/health")).build();
        // The client's own timeout ends with the headers: hence one for the whole.
        CompletableFuture<HttpResponse<byte[]>> call = client.sendAsync(request, headers -> new BoundedBody(MAX_BODY));
        CompletableFuture<HealthAnswer> answer = call.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, fault) -> fault == null
                        ? reader.read(response.statusCode(), response.body())
                        : HealthAnswer.none(describe(fault)));
        // Cancelling a call that is over does nothing; one that is not is given up, by the timeout or by who waited.
        CompletableFuture<Boolean> unusedEnd = answer.handle((done, cancelled) -> call.cancel(true));
        return answer;
    }

    private String describe(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof TimeoutException) {
            return "it did not answer within " + timeout.toMillis() + " ms";
        }
        return cause instanceof ConnectException
                ? "nothing listens at its port"
                : "the connection failed (" + cause.getClass().getSimpleName() + ")";
    }
}
