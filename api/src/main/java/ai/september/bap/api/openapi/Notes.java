package ai.september.bap.api.openapi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A field or parameter in a sentence, with an example; by its name in JSON, which means the same wherever it occurs. */
record Notes(String description, Object example) {

    private static final String TIME = "2026-04-27T09:30:00.000Z";
    private static final String ENGINE = "5f0c2a52-6a0e-4a5e-9d1c-2f5f0f5b7c11";
    private static final String PRODUCT = "0b9f6f5e-2a9a-4a43-8f59-4b8f7c2d1e10";
    private static final String OPERATION = "a4b3c2d1-1111-4222-8333-444455556666";
    private static final String KEY_ID = "c7a1f6de-3b0a-4d0e-9d55-8a6a3f0d2b77";

    private static final Map<String, Notes> ALL = new HashMap<>();

    static {
        note("action", "What was done", "provision");
        note("actor", "Who did it: system, admin, or the product's slug", "demo");
        note("admitted", "Whether the user may use the engine now", true);
        note(
                "allowed_images",
                "Patterns (* and ?) of images that engines may have, of those the operator allows",
                List.of("engine:2.*"));
        note(
                "api_key",
                "The engine's key, to be sent as X-Engine-Key",
                "sk-sept-Zm9yLXRoZS1kb2N1bWVudGF0aW9uLW9ubHktMDAwMDAw");
        note("auto_provision", "Whether to provision an engine if the user has none", true);
        note("auto_wake", "Whether to wake an engine that sleeps", true);
        note("avg_boot_ms", "Mean time of the latest boots, in milliseconds; 0 when there were none", 250);
        note("by_status", "Engines in each state; states without any are left out", Map.of("running", 3));
        note("code", "What went wrong, as a word for programs", "ENGINE_NOT_FOUND");
        note(
                "cron",
                "When to wake the engine, as crontab has it: minute, hour, day of month, month, day of week",
                "0 7 * * 1-5");
        note("cpus", "Processors of one engine, in hundredths; at most the operator's maximum", 0.5);
        note("crashes_1h", "Transitions to failed in the last hour", 0);
        note("created_at", "When it was made", TIME);
        note("degraded_count", "Engines that run, and whose LLM provider fails; only where details were asked for", 0);
        note(
                "delete_after_idle_s",
                "Seconds of sleep after which an engine is destroyed, a day or more; left out: never",
                2_592_000);
        note("destroys_1h", "Engines destroyed in the last hour", 0);
        note("display_name", "The product's name for people", "Demo");
        note("duration_ms", "From request to end, in milliseconds; null for what is no operation", 812);
        note("engine", "The engine; null if the user was not admitted", "see the engine object");
        note("engine_id", "The engine", ENGINE);
        note("engine_version", "The engine's image, as it was asked for", "september-engine:2.3.0");
        note("engines", "Engines, oldest first", "see the engine object");
        note("engines_destroyed", "How many of them are gone", 2);
        note("engines_total", "How many engines the product had", 3);
        note("entries", "Audit rows, newest first", "see the audit row");
        note("error", "What went wrong; null if nothing did", "see the error object");
        note("failure", "Why the engine failed last; null for one that runs", "see the failure object");
        note("finished_at", "When it ended; null until then", TIME);
        note("health", "ok without failed engines, critical from half of them on, else degraded", "ok");
        note("host_id", "Where the engine runs", "local");
        note("id", "The row's number", 4711);
        note(
                "idle_timeout_s",
                "Seconds without activity after which an engine is put to sleep; left out: never",
                1_800);
        note("key_id", "The key's id, which is no secret", KEY_ID);
        note("keys", "The product's platform keys, newest first", "see the key object");
        note("kind", "What the operation does", "provision");
        note("last_health_at", "When the engine was last seen healthy; null before its first boot", TIME);
        note("last_used_at", "When a request last came with this key, to a few seconds; null if none did", TIME);
        note("expires_at", "When the key stops, or stopped, being valid; null for one without end", TIME);
        note("lines", "What the engine has printed, the oldest line first", "see the line object");
        note("max_concurrent_provisions", "Most provisions under way at once; others wait for their turn", 4);
        note("max_engines", "Most engines, in any state", 100);
        note("memory_mb", "Memory of one engine, in MiB; at most the operator's maximum", 256);
        note("memory_reclaim", "Whether a frozen engine is made to give memory back, where its host can do that", true);
        note("message", "What went wrong and what to do next, for people", "This user has no engine.");
        note("metadata", "What else is known of it", Map.of("outcome", "succeeded"));
        note("name", "The step", "launch_container");
        note(
                "next_cursor",
                "What to send as cursor for the next page; null on the last",
                "MjAyNi0wNC0yN1QwOTozMDowMFosNDcxMQ");
        note(
                "next_wake_at",
                "When the engine will be woken next, if it sleeps then; null if there is no schedule",
                TIME);
        note("operation_id", "The operation", OPERATION);
        note("operations", "Operations, newest first", "see the operation object");
        note("overlap_s", "How long the keys before it stay valid, in seconds; a day if left out", 86_400);
        note(
                "pause_to_stop_s",
                "Seconds for which an engine stays frozen before it is stopped; left out: for ever",
                86_400);
        note("pids", "Processes and threads of one engine; at most the operator's maximum", 128);
        note(
                "platform_api_key",
                "The product's key, to be sent as X-Platform-Key; shown this once",
                "pk-sept-Zm9yLXRoZS1kb2N1bWVudGF0aW9uLW9ubHktMDAwMDAw");
        note("policy", "What the product may do; {} means no limits", Map.of("max_engines", 100));
        note("previous_keys_expire_at", "When the keys before it stop being valid; null if there were none", TIME);
        note("product", "The product's slug", "demo");
        note("product_id", "The product", PRODUCT);
        note("products", "Products, oldest first", "see the product object");
        note("progress", "How far the deletion of a product has come; others have none", "see the progress object");
        note("provisions_1h", "Engines that reached running by a provision in the last hour", 2);
        note("rate_limit_rpm", "Most admits in any 60 seconds; 0 means none", 600);
        note("reason", "Why the user was not admitted", "engine_stopped");
        note(
                "resources",
                "What one engine may take, from its next start on; what is left out is the operator's usual",
                Map.of("memory_mb", 256));
        note("released", "Whether anything was held back", true);
        note("restarts_1h", "Automatic restarts attempted in the last hour", 0);
        note("sleep_mode", "What becomes of an engine that is put to sleep: frozen, or stopped", "pause");
        note("slug", "The product's short name, unique", "demo");
        note("started_at", "When it began; null until then", TIME);
        note("status", "The state it is in", "running");
        note("steps", "What the operation does, in order", "see the step object");
        note("subsystems", "What is down and what is not; only where something is", Map.of("temporal", "error"));
        note("text", "The line, with keys and other secrets masked", "listening on port 8000");
        note("timezone", "Where the times of cron are told; UTC if left out", "Europe/Berlin");
        note("timestamp", "When the row, or the line, was written", TIME);
        note("total", "How many there are, on all pages together", 3);
        note("total_destroys", "Engines destroyed since the product was registered", 1);
        note("total_provisions", "Engines provisioned since the product was registered", 4);
        note("unhealthy_count", "Failed engines", 0);
        note("url", "Where the product reaches the engine; null while it has no port", "http://127.0.0.1:9001");
        note("user_id", "The product's user", "alice");
        note("wake_at", "When to wake the engine, once: a time with an offset", "2026-04-27T07:00:00.000Z");
    }

    private static void note(String name, String description, Object example) {
        ALL.put(name, new Notes(description, example));
    }

    /**
     * The notes on a name.
     *
     * @throws IllegalStateException if there are none: whoever adds a field says what it is
     */
    static Notes of(String name) {
        Notes notes = ALL.get(name);
        if (notes == null) {
            throw new IllegalStateException(
                    "the description of the interface says nothing of " + name + ": add it to Notes");
        }
        return notes;
    }

    /** Whether the example is a value, and not only a hint at another object. */
    boolean hasValue() {
        return !(example instanceof String text && text.startsWith("see the "));
    }
}
