package ai.september.bap.api.product;

import ai.september.bap.registry.product.Policy;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads policies more strictly than other objects: an unknown or ill-typed field is a limit that would not hold. */
final class PolicyReader {

    private static final String MAX_ENGINES = "max_engines";
    private static final String RATE_LIMIT = "rate_limit_rpm";
    private static final Set<String> FIELDS = Set.of(MAX_ENGINES, RATE_LIMIT);

    private PolicyReader() {}

    /** Reads a policy; IllegalArgumentException names the field and its legal form. */
    static Policy read(JsonNode policy) {
        if (!policy.isObject()) {
            throw new IllegalArgumentException("policy must be an object; {} means no limits");
        }
        for (Map.Entry<String, JsonNode> field : policy.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalArgumentException(
                        "policy has an unknown field; known ones are max_engines and rate_limit_rpm");
            }
        }
        return new Policy(limit(policy, MAX_ENGINES), limit(policy, RATE_LIMIT));
    }

    private static @Nullable Integer limit(JsonNode policy, String field) {
        JsonNode value = policy.get(field);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw new IllegalArgumentException(
                    "policy." + field + " must be an integer from 0 to 2147483647; leave it out for no limit");
        }
        return value.asInt();
    }
}
