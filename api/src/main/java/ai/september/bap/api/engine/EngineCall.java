package ai.september.bap.api.engine;

import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.http.RequestNotes;
import ai.september.bap.registry.operation.IdempotencyKey;
import ai.september.bap.registry.vault.KeyHash;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every verb on an engine is sent with, read by nobody yet. Taken as {@code @BeanParam}. */
public final class EngineCall {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final @Nullable String platformKey;
    private final List<String> prefer;
    private final List<String> idempotencyKeys;
    private final ContainerRequestContext request;

    public EngineCall(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String platformKey,
            @HeaderParam("Prefer") List<String> prefer,
            @HeaderParam(IDEMPOTENCY_KEY) List<String> idempotencyKeys,
            @Context ContainerRequestContext request) {
        this.platformKey = platformKey;
        this.prefer = prefer;
        this.idempotencyKeys = idempotencyKeys;
        this.request = request;
    }

    @Nullable
    String platformKey() {
        return platformKey;
    }

    /** What is preferred of the answer (RFC 7240). */
    public List<String> prefer() {
        return prefer;
    }

    public JsonBody body() {
        return new JsonBody(request);
    }

    public RequestNotes notes() {
        return new RequestNotes(request);
    }

    /**
     * What makes a repetition of this request one; null where it came without a key.
     *
     * @param pathUser the user in its path; empty if there is none
     * @param asked what it asks for, in words that are the same whenever that is
     */
    @Nullable
    IdempotencyKey idempotencyKey(String pathUser, String asked) {
        if (idempotencyKeys.isEmpty()) {
            return null;
        }
        String key = PathValues.parse(idempotencyKeys, EngineCall::onlyOne);
        return PathValues.parse(key, text -> new IdempotencyKey(pathUser, text, KeyHash.of(asked)));
    }

    private static String onlyOne(List<String> keys) {
        if (keys.size() > 1) {
            throw new IllegalArgumentException("The request has more than one " + IDEMPOTENCY_KEY);
        }
        return keys.get(0);
    }
}
