package ai.september.bap.workflows;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.workflow.Workflow;
import java.util.List;

/**
 * What runs are found by in Temporal, in its UI and with {@code temporal workflow list --query}: its search attributes,
 * all keywords. They say which engine, product and kind of operation; never whose.
 */
public final class RunAttributes {

    static final SearchAttributeKey<String> ENGINE = SearchAttributeKey.forKeyword("BapEngine");

    static final SearchAttributeKey<String> PRODUCT = SearchAttributeKey.forKeyword("BapProduct");

    static final SearchAttributeKey<String> KIND = SearchAttributeKey.forKeyword("BapKind");

    static final SearchAttributeKey<String> OUTCOME = SearchAttributeKey.forKeyword("BapOutcome");

    private RunAttributes() {}

    /** Their names, for whoever registers them. */
    public static List<String> names() {
        return List.of(ENGINE.getName(), PRODUCT.getName(), KIND.getName(), OUTCOME.getName());
    }

    /**
     * What a run starts with. The outcome is among them, as {@code running}, so that a server which does not know it
     * refuses the run's start and not, again and again, its end.
     */
    static SearchAttributes of(EngineId engine, Slug product, OperationKind kind) {
        return SearchAttributes.newBuilder()
                .set(ENGINE, engine.toString())
                .set(PRODUCT, product.toString())
                .set(KIND, kind.wireName())
                .set(OUTCOME, OperationStatus.RUNNING.wireName())
                .build();
    }

    /** Shows how this run ended, if it was started with attributes; a run without them never touches any. */
    static Outcome conclude(Outcome outcome) {
        if (Workflow.getTypedSearchAttributes().containsKey(OUTCOME)) {
            Workflow.upsertTypedSearchAttributes(
                    OUTCOME.valueSet(outcome.status().wireName()));
        }
        return outcome;
    }
}
