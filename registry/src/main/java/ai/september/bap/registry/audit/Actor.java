package ai.september.bap.registry.audit;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.Slug;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, for operations and the audit log.
 *
 * @param name {@code system}, {@code admin} or a product's slug
 * @param adminKey the name of the operator's key that was used; null for everybody else
 */
public record Actor(String name, @Nullable String adminKey) {

    /** The orchestrator itself. */
    public static final Actor SYSTEM = new Actor("system", null);

    public Actor {
        requireNonNull(name, "name");
    }

    /** The operator, by the name of one of its keys. */
    public static Actor admin(String keyName) {
        return new Actor("admin", requireNonNull(keyName, "keyName"));
    }

    /** Facts for the audit log and, where the operator acted, the name of the key that was used. */
    Map<String, Object> sign(Map<String, Object> facts) {
        if (adminKey == null) {
            return facts;
        }
        Map<String, Object> signed = new LinkedHashMap<>(facts);
        signed.put("admin_key", adminKey);
        return signed;
    }

    /** A product's backend. */
    public static Actor product(Slug slug) {
        return new Actor(slug.value(), null);
    }
}
