package ai.september.bap.api.engine;

import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.NoFields;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Product;
import ai.september.bap.registry.schedule.Schedule;
import ai.september.bap.registry.schedule.Schedules;
import ai.september.bap.registry.schedule.WakeTimes;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** When a user's engine is woken without an admit. Answered at once: nothing is waited for. */
@Path("/engines/{user_id}/schedule")
@Produces(MediaType.APPLICATION_JSON)
public final class ScheduleResource {

    private final PlatformKeys keys;
    private final Schedules schedules;

    public ScheduleResource(PlatformKeys keys, Schedules schedules) {
        this.keys = keys;
        this.schedules = schedules;
    }

    /** A time, or a crontab line. */
    @io.swagger.v3.oas.annotations.media.Schema(name = "ScheduleRequest")
    public record Wanted(
            @Nullable String wakeAt,
            @Nullable String cron,
            @Nullable String timezone) {

        public Wanted {
            if ((wakeAt == null) == (cron == null)) {
                throw new IllegalArgumentException(
                        "Send either wake_at or cron (with its timezone); DELETE takes the schedule away");
            }
            if (timezone != null && cron == null) {
                throw new IllegalArgumentException("timezone goes with cron; wake_at has an offset of its own");
            }
        }

        WakeTimes times() {
            return wakeAt == null ? WakeTimes.cron(String.valueOf(cron), timezone) : WakeTimes.at(time(wakeAt));
        }

        private static Instant time(String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException illegal) {
                throw new IllegalArgumentException(
                        "wake_at must be a time with an offset, for example \"2026-04-27T07:00:00+02:00\"", illegal);
            }
        }
    }

    @Operation(operationId = "getEngineSchedule", summary = "When a user's engine will be woken next")
    @Refuses({ErrorCode.ENGINE_NOT_FOUND})
    @GET
    public Schedule get(@HeaderParam(KeyHeaders.PLATFORM) String key, @PathParam("user_id") String userId) {
        Product product = keys.require(key);
        return schedules.find(product.productId(), PathValues.userId(userId));
    }

    @Operation(operationId = "putEngineSchedule", summary = "Has a user's engine woken at a time, or again and again")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @io.swagger.v3.oas.annotations.media.Schema(implementation = Wanted.class)))
    @Refuses({ErrorCode.ENGINE_NOT_FOUND, ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.OPERATION_IN_PROGRESS})
    @PUT
    public Schedule put(@BeanParam EngineCall call, @PathParam("user_id") String userId) {
        Product product = keys.require(call.platformKey());
        Wanted wanted = call.body().read(Wanted.class);
        UserId user = PathValues.userId(userId);
        return schedules.put(
                product.productId(), user, PathValues.parse(wanted, Wanted::times), Actor.product(product.slug()));
    }

    @Operation(operationId = "deleteEngineSchedule", summary = "Has a user's engine woken by nobody but admits")
    @Refuses({ErrorCode.ENGINE_NOT_FOUND, ErrorCode.PRODUCT_NOT_FOUND})
    @DELETE
    public Schedule delete(@BeanParam EngineCall call, @PathParam("user_id") String userId) {
        Product product = keys.require(call.platformKey());
        call.body().readOrEmpty(NoFields.class);
        schedules.remove(product.productId(), PathValues.userId(userId), Actor.product(product.slug()));
        return Schedule.NONE;
    }
}
