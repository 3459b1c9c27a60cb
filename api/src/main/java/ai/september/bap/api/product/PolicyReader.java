package ai.september.bap.api.product;

import ai.september.bap.process.configuration.ContainerShare;
import ai.september.bap.registry.id.ImageGlob;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Resources;
import ai.september.bap.registry.product.SleepMode;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads policies more strictly than other objects: an unknown or ill-typed field is a limit that would not hold.
 * Thread-safe.
 */
public final class PolicyReader {

    private static final String MAX_ENGINES = "max_engines";
    private static final String RATE_LIMIT = "rate_limit_rpm";
    private static final String IMAGES = "allowed_images";
    private static final String PROVISIONS = "max_concurrent_provisions";
    private static final String RESOURCES = "resources";
    private static final String IDLE_TIMEOUT = "idle_timeout_s";
    private static final String SLEEP_MODE = "sleep_mode";
    private static final String PAUSE_TO_STOP = "pause_to_stop_s";
    private static final String MEMORY_RECLAIM = "memory_reclaim";
    private static final String DELETE_AFTER_IDLE = "delete_after_idle_s";
    private static final String MEMORY = "memory_mb";
    private static final String CPUS = "cpus";
    private static final String PIDS = "pids";
    private static final String USUAL = "what the operator gives each engine";

    /** In the order in which they are told. */
    private static final List<String> FIELDS = List.of(
            MAX_ENGINES,
            RATE_LIMIT,
            IMAGES,
            PROVISIONS,
            RESOURCES,
            IDLE_TIMEOUT,
            SLEEP_MODE,
            PAUSE_TO_STOP,
            MEMORY_RECLAIM,
            DELETE_AFTER_IDLE);

    private static final List<String> RESOURCE_FIELDS = List.of(MEMORY, CPUS, PIDS);

    private final Resources most;

    private PolicyReader(Resources most) {
        this.most = most;
    }

    /** A reader that refuses resources beyond these. */
    public static PolicyReader within(ContainerShare most) {
        return new PolicyReader(new Resources(
                Math.toIntExact(most.memory() >> 20),
                BigDecimal.valueOf(most.nanoCpus(), 9).setScale(2, RoundingMode.DOWN),
                most.pids()));
    }

    /** Reads a policy; IllegalArgumentException names the field and its legal form. */
    Policy read(JsonNode policy) {
        requireObject("policy", policy, FIELDS, "{} means no limits");
        return new Policy(
                limit(policy, MAX_ENGINES, 0),
                limit(policy, RATE_LIMIT, 0),
                images(policy),
                limit(policy, PROVISIONS, 1),
                resources(policy.get(RESOURCES)),
                whole(policy.get(IDLE_TIMEOUT), "policy.idle_timeout_s", 1, "engines that never sleep"),
                sleepMode(policy.get(SLEEP_MODE)),
                whole(policy.get(PAUSE_TO_STOP), "policy.pause_to_stop_s", 1, "engines that stay frozen"),
                memoryReclaim(policy.get(MEMORY_RECLAIM)),
                whole(
                        policy.get(DELETE_AFTER_IDLE),
                        "policy.delete_after_idle_s",
                        Policy.LEAST_DELETE_AFTER_IDLE_S,
                        "engines that nobody destroys"));
    }

    private static void requireObject(String name, JsonNode value, List<String> fields, String hint) {
        if (!value.isObject()) {
            throw new IllegalArgumentException(name + " must be an object; " + hint);
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (!fields.contains(field.getKey())) {
                throw new IllegalArgumentException(
                        name + " has an unknown field; known ones are " + String.join(", ", fields));
            }
        }
    }

    private static @Nullable Integer limit(JsonNode policy, String field, int least) {
        return whole(policy.get(field), "policy." + field, least, "no limit");
    }

    private static @Nullable Integer whole(@Nullable JsonNode value, String name, int least, String without) {
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least) {
            throw new IllegalArgumentException(
                    name + " must be an integer from " + least + " to 2147483647; leave it out for " + without);
        }
        return value.asInt();
    }

    private @Nullable Resources resources(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        requireObject("policy.resources", value, RESOURCE_FIELDS, "leave it out for " + USUAL);
        Resources resources = new Resources(
                whole(value.get(MEMORY), "policy.resources.memory_mb", Resources.LEAST_MEMORY_MB, USUAL),
                cpus(value.get(CPUS)),
                whole(value.get(PIDS), "policy.resources.pids", Resources.FEWEST_PIDS, USUAL));
        resources.requireWithin(most);
        return resources;
    }

    private static @Nullable SleepMode sleepMode(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        return Arrays.stream(SleepMode.values())
                .filter(mode -> value.isTextual() && mode.wireName().equals(value.asText()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "policy.sleep_mode must be \"pause\" or \"stop\"; leave it out for pause"));
    }

    private static @Nullable Boolean memoryReclaim(@Nullable JsonNode value) {
        if (value != null && !value.isBoolean()) {
            throw new IllegalArgumentException("policy.memory_reclaim must be true or false; leave it out for false");
        }
        return value == null ? null : value.asBoolean();
    }

    private static @Nullable BigDecimal cpus(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException("policy.resources.cpus must be a number of processors, from "
                    + Resources.FEWEST_CPUS + " on; leave it out for " + USUAL);
        }
        return value.decimalValue();
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
