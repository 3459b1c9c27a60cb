package ai.september.bap.api.http;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;

/** Fails in every way, at once or later. */
@Path("/faults")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("DoNotCallSuggester") // Failing is what they are for.
public final class ProbeFaults {

    static final String SECRET = "sk-sept-never-shown";

    private static final Map<String, CompletableFuture<Object>> PENDING = new ConcurrentHashMap<>();

    private final AsyncAnswers answers = new AsyncAnswers(ForkJoinPool.commonPool());

    @GET
    @Path("code/{code}")
    public String known(@PathParam("code") String code) {
        throw new BapException(ErrorCode.valueOf(code), "What to do next.");
    }

    @GET
    @Path("wait")
    public String wait429() {
        throw new BapException(ErrorCode.RATE_LIMITED, "Wait.").retryAfter(Duration.ofMillis(2_001));
    }

    @GET
    @Path("unexpected")
    public String unexpected() {
        throw new IllegalStateException("a detail: " + SECRET);
    }

    @GET
    @Path("error")
    public String error() {
        throw new StackOverflowError("a detail: " + SECRET);
    }

    @GET
    @Path("unserialisable")
    public Object unserialisable() {
        return new Unserialisable();
    }

    /** More than the server keeps back before it sends. */
    @GET
    @Path("large")
    public String large() {
        return "\"" + "a".repeat(100_000) + "\"";
    }

    @GET
    @Path("later/{name}")
    public Object later(@PathParam("name") String name) {
        return answers.answer(future(name));
    }

    @POST
    @Path("reading")
    public Map<String, String> read(@BeanParam JsonBody body) {
        body.readOrEmpty(NoFields.class);
        return Map.of();
    }

    @POST
    @Path("later/{name}/value")
    public Response complete(@PathParam("name") String name) {
        future(name).complete(Map.of("name", name));
        return Response.noContent().build();
    }

    @POST
    @Path("later/{name}/status")
    public Response completeWithStatus(@PathParam("name") String name) {
        future(name)
                .complete(Response.accepted(Map.of("name", name))
                        .header("Location", "/operations/1")
                        .build());
        return Response.noContent().build();
    }

    @POST
    @Path("later/{name}/refusal")
    public Response refuse(@PathParam("name") String name) {
        future(name).completeExceptionally(new BapException(ErrorCode.BOOT_TIMEOUT, "The engine did not boot."));
        return Response.noContent().build();
    }

    @POST
    @Path("later/{name}/crash")
    public Response crash(@PathParam("name") String name) {
        future(name).completeExceptionally(new IllegalStateException("a detail: " + SECRET));
        return Response.noContent().build();
    }

    private record Unserialisable() {

        @JsonProperty
        String secret() {
            throw new IllegalStateException("a detail: " + SECRET);
        }
    }

    /** How many requests wait for a result. */
    static int waitingFor(String name) {
        return future(name).getNumberOfDependents();
    }

    private static CompletableFuture<Object> future(String name) {
        return PENDING.computeIfAbsent(name, key -> new CompletableFuture<>());
    }
}
