package ai.september.bap.worker.reconcile;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that rows and reality disagree about. Says whose engine only by its id, and carries no secret.
 *
 * @param subject the id of the container, run, operation or engine that it is about, see {@link Kind#about}
 * @param detail a sentence for an operator
 */
public record Finding(Kind kind, EngineId engineId, String subject, String detail) {

    public Finding {
        requireNonNull(kind, "kind");
        requireNonNull(engineId, "engineId");
        requireNonNull(subject, "subject");
        requireNonNull(detail, "detail");
    }

    /** About row or volume of an engine. */
    static Finding of(Kind kind, EngineId engineId, String detail) {
        return new Finding(kind, engineId, engineId.toString(), detail);
    }

    /** Whether another look has found the same. */
    boolean isAgain(Finding other) {
        return kind == other.kind && subject.equals(other.subject);
    }

    /** For the audit log, once something was done about it. */
    Map<String, Object> facts(HostId host, String what) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", kind.wireName());
        facts.put("what", what);
        facts.put("host", host.toString());
        if (!kind.about().equals("engine")) {
            facts.put(kind.about(), subject);
        }
        return facts;
    }
}
