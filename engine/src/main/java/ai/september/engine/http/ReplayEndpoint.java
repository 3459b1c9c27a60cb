package ai.september.engine.http;

import ai.september.engine.brain.EventRow;
import ai.september.engine.brain.TurnRef;
import ai.september.engine.brain.TurnStore;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.turn.EventLog;
import ai.september.engine.turn.LeftoverTurns;
import ai.september.engine.turn.Turn;
import ai.september.engine.turn.Turns;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * GET /execute/replay: the events of a turn again, following it while it runs. The turn is {@code turn_id}, else the one
 * that {@code Last-Event-ID} names, else the last of {@code task_id}.
 */
final class ReplayEndpoint implements Route.Endpoint {

    private final Turns turns;
    private final TurnStore store;
    private final LeftoverTurns leftovers;
    private final EventStreams streams;

    ReplayEndpoint(Turns turns, TurnStore store, LeftoverTurns leftovers, EventStreams streams) {
        this.turns = turns;
        this.store = store;
        this.leftovers = leftovers;
        this.streams = streams;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Query query = Query.of(exchange.getRequestURI().getRawQuery());
        Optional<EventId> lastSeen = EventId.parse(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
        try (EventStreams.Place place = streams.reserve()) {
            TurnRef ref = find(query, lastSeen);
            long after = lastSeen.filter(id -> id.turnId().equals(ref.turnId()))
                    .map(EventId::seq)
                    .orElse(0L);
            place.send(exchange, ref.turnId(), log(ref), after);
        }
    }

    private TurnRef find(Query query, Optional<EventId> lastSeen) {
        Optional<String> taskId = query.get("task_id").map(ExecuteRequest::requireTaskId);
        Optional<String> turnId = query.get("turn_id").or(() -> lastSeen.map(EventId::turnId));
        if (taskId.isEmpty() && turnId.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_REQUEST, "Name a task_id, a turn_id or a Last-Event-ID.");
        }
        return lookUp(taskId, turnId)
                .filter(ref -> taskId.isEmpty() || taskId.get().equals(ref.taskId()))
                .orElseThrow(ReplayEndpoint::notFound);
    }

    private Optional<TurnRef> lookUp(Optional<String> taskId, Optional<String> turnId) {
        try {
            return turnId.isPresent() ? store.byId(turnId.get()) : store.lastOf(taskId.orElseThrow());
        } catch (SQLException e) {
            throw unreadable();
        }
    }

    private EventLog log(TurnRef ref) {
        Optional<Turn> running = turns.running(ref);
        if (running.isPresent()) {
            return running.get().log();
        }
        // It is not running: its end is in the brain, or the brain did not take it.
        List<EventRow> events = recorded(ref);
        if (events.isEmpty()) {
            throw notFound();
        }
        return EventLog.ended(events);
    }

    private List<EventRow> recorded(TurnRef ref) {
        try {
            List<EventRow> events = new ArrayList<>(store.events(ref.turnId()));
            if (!events.isEmpty()) {
                events.addAll(leftovers.missingEnd(ref));
            }
            return events;
        } catch (SQLException e) {
            throw unreadable();
        }
    }

    private static EngineException notFound() {
        return new EngineException(
                ErrorCode.TURN_NOT_FOUND,
                "No such turn, or its events are no longer kept: the newest " + TurnStore.REPLAYABLE_TURNS
                        + " turns can be replayed.");
    }

    private static EngineException unreadable() {
        return new EngineException(ErrorCode.BRAIN_ERROR, "The brain cannot be read; see the engine's log.");
    }
}
