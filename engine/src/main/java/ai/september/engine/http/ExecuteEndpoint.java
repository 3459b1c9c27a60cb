package ai.september.engine.http;

import ai.september.engine.turn.Turn;
import ai.september.engine.turn.TurnRunner;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** POST /execute: starts a turn and streams its events. */
final class ExecuteEndpoint implements Route.Endpoint {

    private final TurnRunner runner;
    private final EventStreams streams;
    private final BodyMemory memory = new BodyMemory();

    ExecuteEndpoint(TurnRunner runner, EventStreams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (EventStreams.Place place = streams.reserve()) {
            Turn turn = start(exchange);
            place.send(exchange, turn.ref().turnId(), turn.log(), 0);
        }
    }

    private Turn start(HttpExchange exchange) throws IOException {
        int taken = memory.take(exchange);
        try {
            ExecuteRequest request = ExecuteRequest.parse(RequestBody.read(exchange));
            return runner.start(request.taskId(), request.message());
        } finally {
            memory.giveBack(taken);
        }
    }
}
