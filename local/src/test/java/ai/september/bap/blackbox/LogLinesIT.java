package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.configuration.LogFormat;
import ai.september.bap.process.configuration.LogLevel;
import ai.september.bap.process.configuration.LogSettings;
import ai.september.bap.process.logging.LogSetup;
import ai.september.bap.testing.Await;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.logging.common.ConsoleAppenderFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** The log as {@code ORCH_LOG_FORMAT=json} writes it: an operation can be followed by its id. */
class LogLinesIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Logger ours = (Logger) LoggerFactory.getLogger("ai.september.bap");
    private final Level levelBefore = ours.getLevel();
    private final RecordedLog log = new RecordedLog();
    private final Layout<ILoggingEvent> layout = jsonLayout();
    private final Product product = ORCHESTRATOR.register("log");

    @BeforeEach
    void listen() {
        log.start();
        ours.addAppender(log);
        ours.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        ours.detachAppender(log);
        ours.setLevel(levelBefore);
    }

    @Test
    void whatBeginsAnOperationAndWhatJoinsItCarriesItsIdAndTheEngines() {
        CompletableFuture<Client.Reply> provision;
        CompletableFuture<Client.Reply> admit;
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            provision = product.client()
                    .with("X-Request-Id", "begins")
                    .postAsync("/engines/provision", Client.json("user_id", "u"));
            ORCHESTRATOR.awaitWaiting(1);
            admit = product.client().with("X-Request-Id", "joins").postAsync("/engines/u/admit", "");
            ORCHESTRATOR.awaitWaiting(2);
        }
        String engineId = provision.join().isOk().text("/engine_id");
        admit.join().isOk();

        JsonNode begins = line(line -> line.path("request_id").asText().equals("begins") && line.has("route"));
        JsonNode joins = line(line -> line.path("request_id").asText().equals("joins") && line.has("route"));
        String operation = begins.path("operation_id").asText();
        assertThat(Operations.get(product, operation).text("/kind")).isEqualTo("provision");
        assertThat(begins.path("route").asText()).isEqualTo("/engines/provision");
        assertThat(begins.path("engine_id").asText()).isEqualTo(engineId);
        assertThat(joins.path("operation_id").asText()).isEqualTo(operation);
        assertThat(joins.path("engine_id").asText()).isEqualTo(engineId);
        JsonNode begun = line(line -> line.path("message").asText().equals("provision begins"));
        assertThat(begun.path("operation_id").asText()).isEqualTo(operation);
        assertThat(begun.path("engine_id").asText()).isEqualTo(engineId);
        assertThat(begun.path("request_id").asText()).isEqualTo("begins");
    }

    @Test
    void aRequestWithoutAnOperationNamesNone() {
        product.client().with("X-Request-Id", "reads").get("/engines").isOk();

        assertThat(line(line -> line.path("request_id").asText().equals("reads"))
                        .propertyStream()
                        .map(Map.Entry::getKey))
                .contains("route", "status")
                .doesNotContain("operation_id", "engine_id");
    }

    /** The access line comes after the answer. */
    private JsonNode line(Predicate<JsonNode> wanted) {
        return Await.atMost(Duration.ofSeconds(10), "the line is written")
                .until(() -> lines().stream().filter(wanted).toList(), found -> !found.isEmpty())
                .get(0);
    }

    private List<JsonNode> lines() {
        return log.events().stream().map(event -> parse(layout.doLayout(event))).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Layout<ILoggingEvent> jsonLayout() {
        Logger any = (Logger) LoggerFactory.getLogger(LogLinesIT.class);
        var console =
                (ConsoleAppenderFactory<ILoggingEvent>) LogSetup.from(new LogSettings(LogLevel.INFO, LogFormat.JSON))
                        .getAppenders()
                        .get(0);
        Layout<ILoggingEvent> layout =
                (Layout<ILoggingEvent>) console.getLayout().build(any.getLoggerContext(), TimeZone.getTimeZone("UTC"));
        layout.start();
        return layout;
    }
}
