package ai.september.bap.api.openapi;

import ai.september.bap.api.operation.OperationView;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Resources;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What values of a field may be, where its type does not say it; by its name in JSON, as the constructors check it. */
final class Constraints {

    private static final int LONGEST = 255;

    private static final Map<String, Consumer<Schema<?>>> ALL = new HashMap<>();

    static {
        ALL.put("kind", Constraints::kinds);
        ALL.put("slug", schema -> schema.pattern("^[a-z0-9][a-z0-9-]{0,62}$"));
        // No control characters.
        ALL.put("user_id", schema -> text(schema).pattern("^[^\\x00-\\x1f\\x7f-\\x9f]+$"));
        ALL.put("display_name", schema -> text(schema).pattern("^[^\\x00-\\x1f\\x7f-\\x9f]+$"));
        ALL.put("engine_version", schema -> text(schema).pattern("^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$"));
        ALL.put("max_engines", schema -> whole(schema, 0, Integer.MAX_VALUE));
        ALL.put("rate_limit_rpm", schema -> whole(schema, 0, Integer.MAX_VALUE));
        ALL.put("max_concurrent_provisions", schema -> whole(schema, 1, Integer.MAX_VALUE));
        ALL.put("idle_timeout_s", schema -> whole(schema, 1, Integer.MAX_VALUE));
        ALL.put("pause_to_stop_s", schema -> whole(schema, 1, Integer.MAX_VALUE));
        ALL.put("delete_after_idle_s", schema -> whole(schema, Policy.LEAST_DELETE_AFTER_IDLE_S, Integer.MAX_VALUE));
        // The operator's maximum is not known here.
        ALL.put("memory_mb", schema -> schema.minimum(BigDecimal.valueOf(Resources.LEAST_MEMORY_MB)));
        ALL.put("cpus", schema -> schema.minimum(Resources.FEWEST_CPUS).multipleOf(Resources.FEWEST_CPUS));
        ALL.put("pids", schema -> schema.minimum(BigDecimal.valueOf(Resources.FEWEST_PIDS)));
        ALL.put("overlap_s", schema -> whole(schema, 0, 2_592_000));
        ALL.put("allowed_images", schema -> {
            schema.minItems(1).maxItems(64);
            text(schema.getItems()).pattern("^[A-Za-z0-9._:/@*?-]{1,255}$");
        });
    }

    private Constraints() {}

    /** Adds what is known to a field's schema. */
    static void apply(String name, Schema<?> schema) {
        Consumer<Schema<?>> constraint = ALL.get(name);
        if (constraint != null && schema.getType() != null) {
            constraint.accept(schema);
        }
    }

    private static void kinds(Schema<?> schema) {
        if (schema instanceof StringSchema text) {
            Arrays.stream(OperationKind.values()).map(OperationKind::wireName).forEach(text::addEnumItem);
            text.addEnumItem(OperationView.DELETE_PRODUCT);
        }
    }

    private static Schema<?> text(Schema<?> schema) {
        return schema.minLength(1).maxLength(LONGEST);
    }

    private static void whole(Schema<?> schema, long least, long most) {
        schema.minimum(BigDecimal.valueOf(least)).maximum(BigDecimal.valueOf(most));
    }
}
