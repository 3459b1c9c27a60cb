package ai.september.bap.api.audit;

import ai.september.bap.api.http.PageCursor;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Pages of the audit log, newest first. Thread-safe. */
public final class AuditListing {

    private static final Pattern ACTION = Pattern.compile("[a-z_]{1,64}");

    private final Jdbi jdbi;

    public AuditListing(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** One page; {@code nextCursor} null on the last. */
    public record Page<T>(List<T> entries, @Nullable String nextCursor) {}

    /**
     * The page that a query asks for.
     *
     * @param product whose rows; null, for the operator only, means all products'
     * @param form what a row is shown as
     */
    public <T> Page<T> page(@Nullable ProductId product, QueryParameters query, Function<AuditRecord, T> form) {
        int limit = query.limit();
        AuditQuery filters = filters(product, query, limit + 1);
        List<AuditRecord> found = jdbi.withExtension(AuditDao.class, audit -> audit.page(filters));
        boolean more = found.size() > limit;
        List<AuditRecord> entries = more ? found.subList(0, limit) : found;
        return new Page<>(entries.stream().map(form).toList(), more ? cursorAfter(entries.get(limit - 1)) : null);
    }

    private static String cursorAfter(AuditRecord last) {
        return new PageCursor<>(last.entry().timestamp(), last.entry().id()).text();
    }

    /** Any name, not only those of this version: rows of a newer one may be asked for. */
    private static String action(String text) {
        if (!ACTION.matcher(text).matches()) {
            throw new IllegalArgumentException("no action's name");
        }
        return text;
    }

    private static AuditQuery filters(@Nullable ProductId product, QueryParameters query, int limit) {
        Optional<PageCursor<Long>> cursor = query.value(
                "cursor", text -> PageCursor.parse(text, Long::valueOf), "a next_cursor of an earlier page");
        return new AuditQuery(
                product,
                query.value("user_id", UserId::new, "a user id")
                        .map(UserId::value)
                        .orElse(null),
                query.value("engine_id", UUID::fromString, "a UUID").orElse(null),
                query.value("action", AuditListing::action, "an action's name, such as provision")
                        .orElse(null),
                query.instant("since").orElse(null),
                query.instant("until").orElse(null),
                cursor.map(PageCursor::at).orElse(null),
                cursor.map(PageCursor::id).orElse(null),
                limit);
    }
}
