package ai.september.engine.http;

import ai.september.engine.brain.Brain;
import ai.september.engine.provider.ProviderHealth;
import ai.september.engine.turn.Activity;
import ai.september.engine.turn.Turns;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** GET /health: 200 when all is well, else 503 with another status and what is wrong. */
final class HealthEndpoint implements Route.Endpoint {

    private final Brain brain;
    private final ProviderHealth provider;
    private final Turns turns;
    private final Activity activity;
    private final long startedNanos;

    /** @param startedNanos of {@link System#nanoTime()} */
    HealthEndpoint(Brain brain, ProviderHealth provider, Turns turns, Activity activity, long startedNanos) {
        this.brain = brain;
        this.provider = provider;
        this.turns = turns;
        this.activity = activity;
        this.startedNanos = startedNanos;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        boolean brainOk = brain.isHealthy();
        boolean providerOk = provider.isOk();
        String status = status(brainOk, providerOk);
        Map<String, Object> subsystems = new LinkedHashMap<>();
        subsystems.put("brain", brainOk ? "ok" : "error");
        subsystems.put("llm_provider", providerOk ? "ok" : "error");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", status);
        answer.put("uptime_seconds", Math.round((System.nanoTime() - startedNanos) / 1e6) / 1e3);
        answer.put("subsystems", subsystems);
        answer.put("active_turns", turns.active());
        answer.put("last_activity_at", activity.lastAt());
        Responses.json(exchange, status.equals("ok") ? 200 : 503, answer);
    }

    private String status(boolean brainOk, boolean providerOk) {
        if (turns.isDraining()) {
            return "draining";
        }
        if (!brainOk) {
            return "error";
        }
        return providerOk ? "ok" : "degraded";
    }
}
