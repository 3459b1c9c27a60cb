package ai.september.bap.api.audit;

import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A product's audit rows, newest first. */
@Path("/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {

    private static final Pattern ACTION = Pattern.compile("[a-z_]{1,64}");

    private final PlatformKeys keys;
    private final Jdbi jdbi;

    public AuditResource(PlatformKeys keys, Jdbi jdbi) {
        this.keys = keys;
        this.jdbi = jdbi;
    }

    /** One page; {@code nextCursor} null on the last. */
    public record AuditPage(
            List<AuditEntry> entries, @Nullable String nextCursor) {}

    @GET
    public AuditPage list(@HeaderParam(KeyHeaders.PLATFORM) String key, @BeanParam QueryParameters query) {
        ProductId product = keys.require(key).productId();
        int limit = query.limit();
        AuditQuery filters = filters(query, limit + 1);
        List<AuditEntry> found = jdbi.withExtension(AuditDao.class, audit -> audit.page(product, filters));
        boolean more = found.size() > limit;
        List<AuditEntry> entries = more ? found.subList(0, limit) : found;
        return new AuditPage(
                entries, more ? AuditCursor.after(entries.get(limit - 1)).text() : null);
    }

    /** Any name, not only those of this version: rows of a newer one may be asked for. */
    private static String action(String text) {
        if (!ACTION.matcher(text).matches()) {
            throw new IllegalArgumentException("no action's name");
        }
        return text;
    }

    private static AuditQuery filters(QueryParameters query, int limit) {
        Optional<AuditCursor> cursor = query.value("cursor", AuditCursor::parse, "a next_cursor of an earlier page");
        return new AuditQuery(
                query.value("user_id", UserId::new, "a user id")
                        .map(UserId::value)
                        .orElse(null),
                query.value("engine_id", UUID::fromString, "a UUID").orElse(null),
                query.value("action", AuditResource::action, "an action's name, such as provision")
                        .orElse(null),
                query.instant("since").orElse(null),
                query.instant("until").orElse(null),
                cursor.map(AuditCursor::timestamp).orElse(null),
                cursor.map(AuditCursor::id).orElse(null),
                limit);
    }
}
