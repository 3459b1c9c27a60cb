package ai.september.bap.api.openapi;

import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.WireName;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Headers and query parameters that several methods have; each is described once. */
final class Parameters {

    static final String PREFER = "Prefer";
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String LAST_EVENT_ID = "Last-Event-ID";

    private Parameters() {}

    /** All, by what methods call them. */
    static Map<String, Parameter> all() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        header(
                all,
                PREFER,
                "respond-async (RFC 7240): answer 202 at once instead of waiting for the operation",
                new StringSchema(),
                "respond-async");
        header(
                all,
                IDEMPOTENCY_KEY,
                "Makes a repetition of this request one, for 24 hours: it joins the operation or gets its answer again",
                new StringSchema().minLength(1).maxLength(255),
                "6f1f3b0e-8a52-4f52-9a8e-0b1d7f1f2c3d");
        header(all, LAST_EVENT_ID, "The last event that came: go on after it", new IntegerSchema(), 3);
        query(all, "limit", "limit", "Most rows of the page", limit(), 100);
        query(all, "offset", "offset", "How many rows to skip", offset(), 0);
        query(
                all,
                "cursor",
                "cursor",
                "The next_cursor of the page before",
                new StringSchema(),
                Notes.of("next_cursor").example());
        query(all, "engine_status", "status", "Only engines in this state", names(EngineStatus.class), "running");
        query(
                all,
                "operation_status",
                "status",
                "Only operations that stand so",
                names(OperationStatus.class),
                "running");
        query(all, "kind", "kind", "Only operations that do this", names(OperationKind.class), "provision");
        query(all, "user_id", "user_id", "Only of this user", new StringSchema().maxLength(255), "alice");
        query(
                all,
                "engine_id",
                "engine_id",
                "Only of this engine",
                new StringSchema().format("uuid"),
                Notes.of("engine_id").example());
        query(
                all,
                "action",
                "action",
                "Only rows of this action",
                new StringSchema().pattern("^[a-z_]{1,64}$"),
                "provision");
        query(
                all,
                "since",
                "since",
                "Earliest time, itself included",
                new StringSchema().format("date-time"),
                "2026-04-27T00:00:00Z");
        query(
                all,
                "until",
                "until",
                "Latest time, itself excluded",
                new StringSchema().format("date-time"),
                "2026-04-28T00:00:00Z");
        query(all, "tail", "tail", "Most lines of what was printed already, the last ones", tail(), 100);
        query(
                all,
                "printed_since",
                "since",
                "Only lines printed then or later",
                new StringSchema().format("date-time"),
                "2026-04-27T09:30:00Z");
        query(
                all,
                "follow",
                "follow",
                "Whether to go on with what is printed from now on, as server-sent events",
                flag(),
                false);
        query(all, "erase", "erase", "Whether the user's name goes out of audit log and operations, too", flag(), true);
        query(
                all,
                "erase_users",
                "erase",
                "Whether the names of all its users go out of audit log and operations, too",
                flag(),
                true);
        query(all, "detail", "detail", "Whether to count engines whose LLM provider fails, too", flag(), true);
        query(all, "destroy_engines", "destroy_engines", "Whether its engines are to be destroyed first", flag(), true);
        query(all, "product", "product", "Only of the product with this slug", new StringSchema(), "demo");
        query(all, "host", "host", "Only engines of this host", new StringSchema(), "local");
        query(all, "image", "image", "Only engines of this image", new StringSchema(), "september-engine:2.3.0");
        query(all, "user", "user", "Only engines of users of this name", new StringSchema().maxLength(255), "alice");
        return all;
    }

    private static void header(
            Map<String, Parameter> all, String name, String description, Schema<?> schema, Object example) {
        all.put(name, parameter("header", name, description, schema, example));
    }

    private static void query(
            Map<String, Parameter> all, String key, String name, String description, Schema<?> schema, Object example) {
        all.put(key, parameter("query", name, description, schema, example));
    }

    private static Parameter parameter(String in, String name, String description, Schema<?> schema, Object example) {
        return new Parameter()
                .in(in)
                .name(name)
                .description(description)
                .required(false)
                .schema(schema)
                .example(example);
    }

    private static IntegerSchema whole(int least) {
        IntegerSchema schema = new IntegerSchema();
        schema.minimum(BigDecimal.valueOf(least));
        return schema;
    }

    private static Schema<?> limit() {
        IntegerSchema schema = whole(1);
        schema.maximum(BigDecimal.valueOf(1_000));
        schema.setDefault(100);
        return schema;
    }

    private static Schema<?> tail() {
        IntegerSchema schema = whole(0);
        schema.maximum(BigDecimal.valueOf(LogQuery.MOST_LINES));
        schema.setDefault(100);
        return schema;
    }

    private static Schema<?> offset() {
        IntegerSchema schema = whole(0);
        schema.setDefault(0);
        return schema;
    }

    private static Schema<?> flag() {
        return new BooleanSchema()._default(false);
    }

    private static <E extends Enum<E> & WireName> Schema<?> names(Class<E> type) {
        StringSchema schema = new StringSchema();
        Arrays.stream(type.getEnumConstants()).map(WireName::wireName).forEach(schema::addEnumItem);
        return schema;
    }
}
