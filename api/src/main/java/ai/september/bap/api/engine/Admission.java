package ai.september.bap.api.engine;

import ai.september.bap.registry.operation.DenialReason;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The answer to an admit: an engine, or a reason. */
public record Admission(
        boolean admitted,
        @Nullable EngineView engine,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DenialReason reason) {

    static Admission of(EngineView engine) {
        return new Admission(true, engine, null);
    }

    static Admission denied(DenialReason reason) {
        return new Admission(false, null, reason);
    }
}
