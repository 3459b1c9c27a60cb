package ai.september.engine.http;

import ai.september.engine.turn.Turn;
import ai.september.engine.turn.TurnRunner;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** POST /execute: starts a turn and streams its events. */
final class ExecuteEndpoint implements Route.Endpoint {

    private final TurnRunner runner;
    private final EventStreams streams;

    ExecuteEndpoint(TurnRunner runner, EventStreams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        ExecuteRequest request = ExecuteRequest.parse(RequestBody.read(exchange));
        try (EventStreams.Place place = streams.reserve()) {
            Turn turn = runner.start(request.taskId(), request.message());
            place.send(exchange, turn.ref().turnId(), turn.log(), 0);
        }
    }
}
