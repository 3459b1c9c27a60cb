package ai.september.bap.registry.product;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one engine may take of its host. A missing field means what the operator gives engines that nobody asked anything
 * else for.
 *
 * @param memoryMb memory, in units of 2^20 bytes
 * @param cpus processors
 * @param pids processes and threads
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Resources(
        @JsonProperty("memory_mb") @Nullable Integer memoryMb,
        @JsonProperty("cpus") @Nullable BigDecimal cpus,
        @JsonProperty("pids") @Nullable Integer pids) {

    /** Nothing of one's own. */
    public static final Resources USUAL = new Resources(null, null, null);

    /** Less is not granted by Docker. */
    public static final int LEAST_MEMORY_MB = 6;

    /** Less is not granted by Docker, nor anything between hundredths worth telling apart. */
    public static final BigDecimal FEWEST_CPUS = new BigDecimal("0.01");

    public static final int FEWEST_PIDS = 16;

    private static final BigDecimal MOST_CPUS = BigDecimal.valueOf(1024);
    private static final int CPU_DECIMALS = 2;

    public Resources {
        requireAtLeast(BigDecimal.valueOf(LEAST_MEMORY_MB), "memory_mb", number(memoryMb));
        requireAtLeast(FEWEST_CPUS, "cpus", cpus);
        requireAtLeast(BigDecimal.valueOf(FEWEST_PIDS), "pids", number(pids));
        if (cpus != null && cpus.compareTo(MOST_CPUS) > 0) {
            throw new IllegalArgumentException("policy.resources.cpus must be at most " + MOST_CPUS);
        }
        if (cpus != null && cpus.stripTrailingZeros().scale() > CPU_DECIMALS) {
            throw new IllegalArgumentException("policy.resources.cpus must have two decimals at most");
        }
        cpus = cpus == null ? null : plain(cpus);
    }

    /** Memory in bytes; null if none is asked for. */
    public @Nullable Long memoryBytes() {
        return memoryMb == null ? null : (long) memoryMb << 20;
    }

    /**
     * Makes sure that nothing goes beyond what the operator allows.
     *
     * @param most has a value for each field
     * @throws IllegalArgumentException if something does
     */
    public void requireWithin(Resources most) {
        requireAtMost(number(most.memoryMb), "memory_mb", number(memoryMb), "ORCH_ENGINE_MEMORY_MAX");
        requireAtMost(most.cpus, "cpus", cpus, "ORCH_ENGINE_CPUS_MAX");
        requireAtMost(number(most.pids), "pids", number(pids), "ORCH_ENGINE_PIDS_MAX");
    }

    /** One number is written one way only, without an exponent. */
    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static @Nullable BigDecimal number(@Nullable Integer whole) {
        return whole == null ? null : BigDecimal.valueOf(whole);
    }

    private static void requireAtLeast(BigDecimal least, String field, @Nullable BigDecimal value) {
        if (value != null && value.compareTo(least) < 0) {
            throw new IllegalArgumentException("policy.resources." + field + " must be at least " + least);
        }
    }

    private static void requireAtMost(
            @Nullable BigDecimal most, String field, @Nullable BigDecimal value, String variable) {
        if (most != null && value != null && value.compareTo(most) > 0) {
            throw new IllegalArgumentException("policy.resources." + field + " must be at most " + most
                    + ", the operator's maximum; use less, or raise " + variable);
        }
    }
}
