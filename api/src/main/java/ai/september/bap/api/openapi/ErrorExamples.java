package ai.september.bap.api.openapi;

import static java.util.Objects.requireNonNull;

import ai.september.bap.api.engine.EngineService;
import ai.september.bap.api.operation.OperationQueries;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.product.Products;
import io.swagger.v3.oas.models.examples.Example;
import java.util.EnumMap;
import java.util.Map;

/** What refusals look like: messages as they are answered, for those codes that have many one of them. */
final class ErrorExamples {

    private static final Map<ErrorCode, String> MESSAGES = new EnumMap<>(ErrorCode.class);

    static {
        refusal(PlatformKeys.invalid());
        refusal(Products.notFound());
        refusal(EngineService.notFound());
        refusal(OperationQueries.notFound());
        message(ErrorCode.INVALID_REQUEST, "The body must be a JSON object.");
        message(
                ErrorCode.INVALID_ADMIN_KEY,
                "The admin key is missing or wrong. Send the value of ORCH_ADMIN_KEY, or of a key in ORCH_ADMIN_KEYS, as"
                        + " X-Admin-Key.");
        message(
                ErrorCode.POLICY_DENIED,
                "The product's policy does not allow image september-engine:2.3.0. Ask for an engine_version that is among"
                        + " its allowed_images, or have the operator change them.");
        message(ErrorCode.NOT_FOUND, "No platform key has this id.");
        message(
                ErrorCode.METHOD_NOT_ALLOWED,
                "This path does not have this method. The Allow header lists those it has.");
        message(ErrorCode.PRODUCT_SLUG_EXISTS, "A product with slug \"demo\" exists. Choose another slug.");
        message(
                ErrorCode.PRODUCT_NOT_EMPTY,
                "The product has 3 engines. Destroy them first, or send destroy_engines=true.");
        message(
                ErrorCode.ENGINE_ALREADY_EXISTS,
                "This user already has an engine (running). Use admit, or destroy it first.");
        message(ErrorCode.ENGINE_ALREADY_RUNNING, "The engine is already running. Use admit to reach it.");
        message(ErrorCode.ENGINE_NOT_RUNNING, "The engine is stopped, not running. Start it first.");
        message(
                ErrorCode.OPERATION_IN_PROGRESS,
                "Another operation (rotate_key) is under way for this engine. Repeat the request when it has ended.");
        message(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "Another body was sent under this Idempotency-Key. Use a new key for a new request.");
        message(ErrorCode.QUOTA_EXCEEDED, "Product at max_engines limit (100).");
        message(ErrorCode.RATE_LIMITED, "Rate limit of 600 admits per minute reached. Retry in 3 seconds.");
        message(
                ErrorCode.INTERNAL_ERROR,
                "Something went wrong on our side. Quote incident 6f1f3b0e-8a52-4f52-9a8e-0b1d7f1f2c3d when you report"
                        + " it.");
        message(ErrorCode.BACKEND_ERROR, "The engine exited while booting. Mend its cause, then repeat.");
        message(
                ErrorCode.PORT_EXHAUSTION,
                "No free engine port is left on the host. Destroy engines or widen ORCH_PORT_MIN to ORCH_PORT_MAX.");
        message(ErrorCode.UNAVAILABLE, "The database does not answer or is overloaded. Send the request again later.");
        message(
                ErrorCode.BOOT_TIMEOUT,
                "The engine did not answer GET /health with ok within 60 s of its start. See its output, or raise"
                        + " ORCH_BOOT_TIMEOUT_S.");
    }

    private ErrorExamples() {}

    private static void refusal(BapException refusal) {
        message(refusal.code(), requireNonNull(refusal.getMessage()));
    }

    private static void message(ErrorCode code, String message) {
        MESSAGES.put(code, message);
    }

    /** A refusal with this code. */
    static Example of(ErrorCode code) {
        return of(code, requireNonNull(MESSAGES.get(code), code.name()));
    }

    /** A refusal with this code and message. */
    static Example of(ErrorCode code, String message) {
        return new Example().value(Map.of("error", Map.of("code", code.name(), "message", message)));
    }
}
