package ai.september.bap.api.http;

import static java.util.Objects.requireNonNull;

import ai.september.bap.process.logging.AccessLog;
import ai.september.bap.registry.database.DatabaseFaults;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where an exception becomes an answer. What nobody expected is logged, and answered with its id. */
@Provider
public final class ErrorMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

    private final WrongKeys wrongKeys;
    private final Map<ErrorCode, Counter> counters = new EnumMap<>(ErrorCode.class);

    @Context
    @SuppressWarnings("NullAway.Init")
    private HttpServletRequest request;

    @Context
    @SuppressWarnings("NullAway.Init")
    private ExtendedUriInfo uri;

    /** Counts what it answers by code: the same status may mean different things. */
    ErrorMapper(WrongKeys wrongKeys, MeterRegistry meters) {
        this.wrongKeys = wrongKeys;
        for (ErrorCode code : ErrorCode.values()) {
            counters.put(
                    code,
                    Counter.builder("bap.errors")
                            .description("Requests answered with an error, by its code")
                            .tag("code", code.name())
                            .register(meters));
        }
    }

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof BapException refusal) {
            logIfOurs(refusal);
            return refused(wrongKeys.judge(refusal, request));
        }
        if (failure instanceof RefusedRequestException refusal) {
            return response(HttpFault.of(refusal), Response.status(refusal.status()));
        }
        if (failure instanceof WebApplicationException refusal
                && refusal.getResponse().getStatus() < 500) {
            return ofJaxRs(refusal);
        }
        return DatabaseFaults.unavailability(failure).map(this::databaseAway).orElseGet(() -> unexpected(failure));
    }

    private Response ofJaxRs(WebApplicationException refusal) {
        Response original = refusal.getResponse();
        if (original.getStatusInfo().getFamily() == Response.Status.Family.SUCCESSFUL) {
            return original;
        }
        Response.ResponseBuilder answer = Response.status(original.getStatus());
        String allowed = original.getHeaderString(HttpHeaders.ALLOW);
        if (allowed != null) {
            answer.header(HttpHeaders.ALLOW, withHead(allowed));
        }
        HttpFault fault = original.getStatus() == Response.Status.NOT_ACCEPTABLE.getStatusCode()
                ? HttpFault.notAcceptable(answeredTypes())
                : HttpFault.ofStatus(original.getStatus(), incidentId());
        return response(fault, answer);
    }

    /** What the path and method answer with; none where that is not known. */
    private Set<String> answeredTypes() {
        String method = request.getMethod().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.getMethod();
        return uri.getMatchedRuntimeResources().stream()
                .limit(1)
                .flatMap(resource -> resource.getResourceMethods().stream())
                .filter(candidate -> candidate.getHttpMethod().equals(method))
                .flatMap(candidate -> candidate.getProducedTypes().stream())
                .map(MediaType::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Jersey answers HEAD wherever there is a GET, but does not say so here. */
    private static String withHead(String allowed) {
        List<String> methods = List.of(allowed.split(", ?", -1));
        return methods.contains("GET") && !methods.contains("HEAD") ? allowed + ",HEAD" : allowed;
    }

    private Response databaseAway(String reason) {
        LOG.warn("request {}: the database is away or overloaded: {}", incidentId(), reason);
        BapException refusal = new BapException(
                ErrorCode.UNAVAILABLE, "The database does not answer or is overloaded. Send the request again later.");
        return refused(refusal);
    }

    private Response refused(BapException refusal) {
        return response(HttpFault.of(refusal), Response.status(refusal.code().httpStatus()));
    }

    private Response unexpected(Throwable failure) {
        LOG.error("incident {}", incidentId(), failure);
        return response(HttpFault.incident(incidentId()), Response.status(500));
    }

    /** A caller's fault needs no log line of its own; ours does, and its cause with it. */
    private static void logIfOurs(BapException refusal) {
        if (refusal.code() == ErrorCode.INTERNAL_ERROR || refusal.getCause() != null) {
            LOG.warn("{} answered", refusal.code(), refusal);
        }
    }

    private Response response(HttpFault fault, Response.ResponseBuilder answer) {
        requireNonNull(counters.get(fault.code())).increment();
        fault.retryAfterSeconds().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer.type(MediaType.APPLICATION_JSON_TYPE).entity(fault.body()).build();
    }

    private String incidentId() {
        return String.valueOf(request.getAttribute(AccessLog.REQUEST_ID));
    }
}
