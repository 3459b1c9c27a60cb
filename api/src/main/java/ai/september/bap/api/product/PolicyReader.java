package ai.september.bap.api.product;

import ai.september.bap.registry.id.ImageGlob;
import ai.september.bap.registry.product.Policy;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads policies more strictly than other objects: an unknown or ill-typed field is a limit that would not hold. */
final class PolicyReader {

    private static final String MAX_ENGINES = "max_engines";
    private static final String RATE_LIMIT = "rate_limit_rpm";
    private static final String IMAGES = "allowed_images";
    private static final String PROVISIONS = "max_concurrent_provisions";

    /** In the order in which they are told. */
    private static final List<String> FIELDS = List.of(MAX_ENGINES, RATE_LIMIT, IMAGES, PROVISIONS);

    private PolicyReader() {}

    /** Reads a policy; IllegalArgumentException names the field and its legal form. */
    static Policy read(JsonNode policy) {
        if (!policy.isObject()) {
            throw new IllegalArgumentException("policy must be an object; {} means no limits");
        }
        for (Map.Entry<String, JsonNode> field : policy.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalArgumentException(
                        "policy has an unknown field; known ones are " + String.join(", ", FIELDS));
            }
        }
        return new Policy(
                limit(policy, MAX_ENGINES, 0),
                limit(policy, RATE_LIMIT, 0),
                images(policy),
                limit(policy, PROVISIONS, 1));
    }

    private static @Nullable Integer limit(JsonNode policy, String field, int least) {
        JsonNode value = policy.get(field);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least) {
            throw new IllegalArgumentException("policy." + field + " must be an integer from " + least
                    + " to 2147483647; leave it out for no limit");
        }
        return value.asInt();
    }

    private static @Nullable List<ImageGlob> images(JsonNode policy) {
        JsonNode value = policy.get(IMAGES);
        if (value == null) {
            return null;
        }
        if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isTextual)) {
            throw new IllegalArgumentException("policy.allowed_images must be an array of image patterns");
        }
        return value.valueStream()
                .map(JsonNode::asText)
                .map(PolicyReader::image)
                .toList();
    }

    private static ImageGlob image(String pattern) {
        try {
            return new ImageGlob(pattern);
        } catch (IllegalArgumentException illegal) {
            throw new IllegalArgumentException("policy.allowed_images: " + illegal.getMessage(), illegal);
        }
    }
}
