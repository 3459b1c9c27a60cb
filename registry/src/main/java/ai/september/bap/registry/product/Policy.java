package ai.september.bap.registry.product;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a product may do. A missing field means unlimited.
 *
 * @param maxEngines most engines, in any state, the product may have
 * @param rateLimitRpm most admits in any 60 seconds; 0 means none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Policy(
        @JsonProperty("max_engines") @Nullable Integer maxEngines,
        @JsonProperty("rate_limit_rpm") @Nullable Integer rateLimitRpm) {

    /** No limits. */
    public static final Policy UNLIMITED = new Policy(null, null);

    public Policy {
        requireNonNegative("max_engines", maxEngines);
        requireNonNegative("rate_limit_rpm", rateLimitRpm);
    }

    /**
     * Makes sure that one more engine fits.
     *
     * @param engines counts the product's engines; asked only if there is a limit
     * @throws BapException {@code QUOTA_EXCEEDED} if not
     */
    public void checkQuota(LongSupplier engines) {
        if (maxEngines != null && engines.getAsLong() >= maxEngines) {
            throw new BapException(ErrorCode.QUOTA_EXCEEDED, "Product at max_engines limit (" + maxEngines + ").");
        }
    }

    private static void requireNonNegative(String field, @Nullable Integer value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException("policy." + field + " must be an integer from 0 to 2147483647");
        }
    }
}
