package ai.september.bap.api.operation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import ai.september.bap.api.http.PageCursor;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.registry.deletion.ProductDeletions;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationQuery;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Step;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reading operations. Thread-safe. */
public final class OperationQueries {

    private final Jdbi jdbi;
    private final ProductDeletions deletions;

    public OperationQueries(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.deletions = new ProductDeletions(jdbi);
    }

    /** An operation as it is now; of any product for the admin, otherwise of the calling one only. */
    public OperationView get(String operationId, Optional<ProductId> product) {
        return parse(operationId)
                .flatMap(id -> product.isPresent()
                        ? find(id, product.get()).map(this::view)
                        : find(id).map(this::view).or(() -> deletions.find(id).map(OperationView::of)))
                .orElseThrow(OperationQueries::notFound);
    }

    /** The refusal of an id that is no operation's of the caller. */
    public static BapException notFound() {
        return new BapException(ErrorCode.OPERATION_NOT_FOUND, "No operation of yours has this id, or it has expired.");
    }

    /** One page; {@code nextCursor} null on the last. */
    @Schema(name = "OperationPage")
    public record Page(
            List<OperationView> operations, @Nullable String nextCursor) {}

    /** The page that a query asks for, newest first; of one product, or of all for the operator. */
    public Page page(@Nullable ProductId product, QueryParameters query) {
        int limit = query.limit();
        OperationQuery filters = filters(product, query, limit + 1);
        return jdbi.withExtension(OperationDao.class, operations -> {
            List<Operation> found = operations.page(filters);
            boolean more = found.size() > limit;
            List<Operation> page = more ? found.subList(0, limit) : found;
            return new Page(views(operations, page), more ? cursorAfter(page.get(limit - 1)) : null);
        });
    }

    /** These operations as they are now, as far as there are any. */
    List<OperationView> views(Collection<OperationId> ids) {
        return Stream.concat(
                        jdbi
                                .withExtension(
                                        OperationDao.class, operations -> views(operations, operations.find(ids)))
                                .stream(),
                        deletions.find(ids).stream().map(OperationView::of))
                .toList();
    }

    private static List<OperationView> views(OperationDao operations, List<Operation> page) {
        Map<OperationId, List<Step>> steps =
                operations.steps(page.stream().map(Operation::operationId).toList()).stream()
                        .collect(groupingBy(
                                OperationDao.StepOf::operationId, mapping(OperationDao.StepOf::step, toList())));
        return page.stream()
                .map(operation -> OperationView.of(operation, steps.getOrDefault(operation.operationId(), List.of())))
                .toList();
    }

    private static String cursorAfter(Operation last) {
        return new PageCursor<>(last.createdAt(), last.operationId()).text();
    }

    private static OperationQuery filters(@Nullable ProductId product, QueryParameters query, int limit) {
        Optional<PageCursor<OperationId>> cursor = query.value(
                "cursor", text -> PageCursor.parse(text, OperationId::parse), "a next_cursor of an earlier page");
        return new OperationQuery(
                product,
                query.value("engine_id", EngineId::parse, "a UUID").orElse(null),
                query.value("user_id", UserId::new, "a user id").orElse(null),
                query.oneOf("status", OperationStatus.class).orElse(null),
                query.oneOf("kind", OperationKind.class).orElse(null),
                cursor.map(PageCursor::at).orElse(null),
                cursor.map(PageCursor::id).orElse(null),
                limit);
    }

    /** The view of an operation, with its steps as they are now. */
    public OperationView view(Operation operation) {
        return jdbi.withExtension(
                OperationDao.class,
                operations -> OperationView.of(
                        operations.find(operation.operationId()).orElse(operation),
                        operations.steps(operation.operationId())));
    }

    private Optional<Operation> find(OperationId id, ProductId product) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.find(id, product));
    }

    private Optional<Operation> find(OperationId id) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.find(id));
    }

    private static Optional<OperationId> parse(String text) {
        try {
            return Optional.of(OperationId.parse(text));
        } catch (IllegalArgumentException noUuid) {
            return Optional.empty();
        }
    }
}
