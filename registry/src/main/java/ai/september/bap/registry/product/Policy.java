package ai.september.bap.registry.product;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ImageGlob;
import ai.september.bap.registry.id.ImageRef;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a product may do. A missing field means unlimited.
 *
 * @param maxEngines most engines, in any state, the product may have
 * @param rateLimitRpm most admits in any 60 seconds; 0 means none
 * @param allowedImages the images its engines may have, of those that the operator allows
 * @param maxConcurrentProvisions most provisions that are under way at once; others wait for their turn
 * @param resources what each of its engines may take of its host, from its next start on
 * @param idleTimeoutS seconds without activity after which an engine is put to sleep; without it none ever is
 * @param sleepMode what becomes of an engine that is put to sleep; {@code pause} if missing
 * @param pauseToStopS seconds for which an engine stays frozen before it is stopped
 * @param memoryReclaim whether a frozen engine is made to give memory back, where its host can do that
 * @param deleteAfterIdleS seconds of sleep after which an engine is destroyed, announced a day before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Policy(
        @JsonProperty("max_engines") @Nullable Integer maxEngines,
        @JsonProperty("rate_limit_rpm") @Nullable Integer rateLimitRpm,
        @JsonProperty("allowed_images") @Nullable List<ImageGlob> allowedImages,
        @JsonProperty("max_concurrent_provisions") @Nullable Integer maxConcurrentProvisions,
        @JsonProperty("resources") @Nullable Resources resources,
        @JsonProperty("idle_timeout_s") @Nullable Integer idleTimeoutS,
        @JsonProperty("sleep_mode") @Nullable SleepMode sleepMode,
        @JsonProperty("pause_to_stop_s") @Nullable Integer pauseToStopS,
        @JsonProperty("memory_reclaim") @Nullable Boolean memoryReclaim,
        @JsonProperty("delete_after_idle_s") @Nullable Integer deleteAfterIdleS) {

    /** No limits. */
    public static final Policy UNLIMITED = new Policy(null, null);

    /** The most patterns of images. */
    public static final int MOST_IMAGES = 64;

    /** The shortest sleep after which an engine may be destroyed: a day, in seconds. */
    public static final int LEAST_DELETE_AFTER_IDLE_S = 86_400;

    public Policy {
        requireAtLeast(0, "max_engines", maxEngines);
        requireAtLeast(0, "rate_limit_rpm", rateLimitRpm);
        requireAtLeast(1, "max_concurrent_provisions", maxConcurrentProvisions);
        requireAtLeast(1, "idle_timeout_s", idleTimeoutS);
        requireAtLeast(1, "pause_to_stop_s", pauseToStopS);
        requireAtLeast(LEAST_DELETE_AFTER_IDLE_S, "delete_after_idle_s", deleteAfterIdleS);
        allowedImages = allowedImages == null ? null : List.copyOf(allowedImages);
        if (allowedImages != null && (allowedImages.isEmpty() || allowedImages.size() > MOST_IMAGES)) {
            throw new IllegalArgumentException(
                    "policy.allowed_images must have 1 to " + MOST_IMAGES + " patterns; leave it out to allow all");
        }
    }

    /** Limits of engines and admits, and no others. */
    public Policy(@Nullable Integer maxEngines, @Nullable Integer rateLimitRpm) {
        this(maxEngines, rateLimitRpm, null, null, null);
    }

    /** Limits, and engines that never sleep. */
    public Policy(
            @Nullable Integer maxEngines,
            @Nullable Integer rateLimitRpm,
            @Nullable List<ImageGlob> allowedImages,
            @Nullable Integer maxConcurrentProvisions,
            @Nullable Resources resources) {
        this(maxEngines, rateLimitRpm, allowedImages, maxConcurrentProvisions, resources, null, null, null, null, null);
    }

    /** The same, with engines that are put to sleep. */
    public Policy sleeping(int idleTimeout, SleepMode mode, @Nullable Integer pauseToStop, boolean reclaim) {
        return new Policy(
                maxEngines,
                rateLimitRpm,
                allowedImages,
                maxConcurrentProvisions,
                resources,
                idleTimeout,
                mode,
                pauseToStop,
                reclaim ? true : null,
                deleteAfterIdleS);
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

    /**
     * Makes sure that the product's engines may have this image.
     *
     * @throws BapException {@code POLICY_DENIED} if not
     */
    public void checkImage(ImageRef image) {
        if (allowedImages != null && allowedImages.stream().noneMatch(glob -> glob.matches(image))) {
            throw new BapException(
                    ErrorCode.POLICY_DENIED,
                    "The product's policy does not allow image " + image
                            + ". Ask for an engine_version that is among its"
                            + " allowed_images, or have the operator change them.");
        }
    }

    private static void requireAtLeast(int least, String field, @Nullable Integer value) {
        if (value != null && value < least) {
            throw new IllegalArgumentException(
                    "policy." + field + " must be an integer from " + least + " to 2147483647");
        }
    }
}
