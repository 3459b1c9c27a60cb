package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tenants are sealed off from each other: every endpoint, with every wrong key and every foreign name. */
class TenancyIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final int SAMPLES = 400;

    /** Of equal distributions one in three million differs by more. */
    private static final double SUSPICIOUS = 5;

    @SuppressWarnings("NullAway.Init")
    private static Product mine;

    @SuppressWarnings("NullAway.Init")
    private static Product theirs;

    @SuppressWarnings("NullAway.Init")
    private static Names foreign;

    private static final Names MISSING = new Names(
            "nobody",
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString());

    /** What a path may name. */
    private record Names(String user, String engine, String operation, String product, String key) {}

    /** A request; {@code path} may have names in braces. */
    private record Endpoint(String method, String path, String body) {

        static Endpoint of(String line) {
            String[] parts = line.split(" ", 3);
            return new Endpoint(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
        }

        Client.Reply send(Client client, Names names) {
            return client.send(
                    method,
                    path.replace("{user}", names.user())
                            .replace("{engine}", names.engine())
                            .replace("{operation}", names.operation())
                            .replace("{product}", names.product())
                            .replace("{key}", names.key())
                            .replace("{host}", "local"),
                    body);
        }

        boolean names() {
            return path.contains("{");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Endpoint> ofProducts() {
        return Stream.of(
                        "POST /engines/provision {\"user_id\":\"\\u0001\"}",
                        "GET /engines/{user}",
                        "GET /engines/{user}/logs",
                        "GET /engines/{user}/logs?follow=true",
                        "POST /engines/{user}/admit",
                        "POST /engines/{user}/start",
                        "POST /engines/{user}/stop",
                        "POST /engines/{user}/rotate-key",
                        "GET /engines/{user}/schedule",
                        "PUT /engines/{user}/schedule {\"cron\":\"0 7 * * *\"}",
                        "DELETE /engines/{user}/schedule",
                        "DELETE /engines/{user}",
                        "DELETE /engines/{user}?erase=true",
                        "GET /engines",
                        "GET /engines?status=running",
                        "GET /status",
                        "GET /metrics",
                        "GET /audit",
                        "GET /audit?user_id={user}",
                        "GET /audit?engine_id={engine}",
                        "GET /operations",
                        "GET /operations?user_id={user}",
                        "GET /operations?engine_id={engine}",
                        "GET /operations/{operation}",
                        "GET /operations/{operation}/events",
                        "GET /products/{product}/platform-keys",
                        "POST /products/{product}/platform-keys")
                .map(Endpoint::of);
    }

    static Stream<Endpoint> ofTheOperator() {
        return Stream.of(
                        "POST /products/register {\"slug\":\"never\",\"display_name\":\"x\"}",
                        "GET /products",
                        "GET /products/{product}",
                        "DELETE /products/{product}?destroy_engines=true",
                        "PUT /products/{product}/policy {\"policy\":{\"max_engines\":0}}",
                        "DELETE /products/{product}/platform-keys/{key}",
                        "GET /admin/engines",
                        "POST /admin/engines/{engine}/start",
                        "POST /admin/engines/{engine}/stop",
                        "DELETE /admin/engines/{engine}",
                        "POST /admin/hosts/{host}/release-restarts",
                        "GET /admin/status",
                        "GET /admin/operations",
                        "GET /admin/audit")
                .map(Endpoint::of);
    }

    @BeforeAll
    static void tenants() {
        mine = ORCHESTRATOR.register("mine");
        theirs = ORCHESTRATOR.register("theirs");
        mine.provision("myself");
        String engine = theirs.provision("themselves").text("/engine_id");
        foreign = new Names(
                "themselves",
                engine,
                theirs.client()
                        .get("/operations")
                        .body()
                        .at("/operations/0/operation_id")
                        .asText(),
                theirs.productId(),
                theirs.client()
                        .get("/products/" + theirs.productId() + "/platform-keys")
                        .body()
                        .at("/keys/0/key_id")
                        .asText());
    }

    private static Client product(String key) {
        return Client.product(ORCHESTRATOR.api(), key);
    }

    private static Client operator(String key) {
        return Client.operator(ORCHESTRATOR.api(), key);
    }

    @ParameterizedTest
    @MethodSource("ofProducts")
    void withoutTheKeyOfAProductNothingOfIt(Endpoint endpoint) {
        String engineKey = mine.get("myself").text("/api_key");
        List<Client> strangers = List.of(
                ORCHESTRATOR.anonymous(),
                product("pk-sept-" + "x".repeat(43)),
                product(mine.platformKey() + "x"),
                product(mine.platformKey().substring(0, 30)),
                product(engineKey),
                product(Orchestrator.ADMIN_KEY),
                product(" "));

        List<String> answers = strangers.stream()
                .map(stranger -> endpoint.send(stranger, foreign)
                        .isRefused(401, "INVALID_PLATFORM_KEY")
                        .raw()
                        .body())
                .toList();

        assertThat(answers).as("nobody learns why").containsOnly(answers.get(0));
        assertThat(endpoint.send(operator(mine.platformKey()), foreign).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("ofTheOperator")
    void withoutTheOperatorsKeyNothingOfTheOperators(Endpoint endpoint) {
        List<Client> strangers = List.of(
                ORCHESTRATOR.anonymous(),
                operator("x"),
                operator(Orchestrator.ADMIN_KEY + "x"),
                operator(theirs.platformKey()),
                product(Orchestrator.ADMIN_KEY),
                theirs.client());

        List<String> answers = strangers.stream()
                .map(stranger -> endpoint.send(stranger, foreign)
                        .isRefused(401, "INVALID_ADMIN_KEY")
                        .raw()
                        .body())
                .toList();

        assertThat(answers).containsOnly(answers.get(0));
    }

    @ParameterizedTest
    @MethodSource("ofProducts")
    void whatIsAnothersAnswersAsWhatIsNot(Endpoint endpoint) {
        // One that has asked for nobody yet: what it was refused is in its own audit log, by the name it asked for.
        Product stranger = ORCHESTRATOR.register("stranger");
        Client.Reply anothers = endpoint.send(stranger.client(), foreign);
        Client.Reply missing = endpoint.send(stranger.client(), MISSING);

        if (endpoint.names()) {
            assertThat(anothers.status()).isEqualTo(missing.status());
            assertThat(anothers.raw().body()).isEqualTo(missing.raw().body());
            assertThat(anothers.raw().headers().map().keySet())
                    .isEqualTo(missing.raw().headers().map().keySet());
        }
        assertThat(anothers.raw().body())
                .doesNotContain(foreign.engine(), foreign.operation(), theirs.productId(), theirs.slug());
        assertThat(theirs.get("themselves").isOk().text("/status")).isEqualTo("running");
    }

    /** Both are looked up in the same way; one that first finds and then hides would take longer. */
    @Test
    void howLongItTakesTellsNothingEither() {
        for (String line : List.of(
                "GET /engines/{user}",
                "POST /engines/{user}/admit",
                "POST /engines/{user}/stop",
                "GET /operations/{operation}")) {
            Endpoint endpoint = Endpoint.of(line);
            double difference = difference(
                    () -> endpoint.send(mine.client(), foreign), () -> endpoint.send(mine.client(), MISSING));
            System.out.printf("%s: another's against missing, z = %.2f of %d pairs%n", line, difference, SAMPLES);
            assertThat(Math.abs(difference)).as(line).isLessThan(SUSPICIOUS);
        }
    }

    /** How far two interleaved samples of times are from being of one distribution, in standard deviations (Mann-Whitney). */
    private static double difference(Supplier<?> first, Supplier<?> second) {
        long[] ofFirst = new long[SAMPLES];
        long[] ofSecond = new long[SAMPLES];
        for (int warm = 0; warm < 50; warm++) {
            time(first);
            time(second);
        }
        for (int i = 0; i < SAMPLES; i++) {
            // Whoever goes second finds things warmer; so they take turns.
            boolean swap = i % 2 == 1;
            long one = time(swap ? second : first);
            long other = time(swap ? first : second);
            ofFirst[i] = swap ? other : one;
            ofSecond[i] = swap ? one : other;
        }
        return mannWhitney(ofFirst, ofSecond);
    }

    private static double mannWhitney(long[] first, long[] second) {
        double above = 0;
        for (long a : first) {
            for (long b : second) {
                above += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        double n = first.length;
        double m = second.length;
        return (above - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12);
    }

    private static long time(Supplier<?> request) {
        long start = System.nanoTime();
        Object unused = request.get();
        return System.nanoTime() - start;
    }

    @Test
    void everyEndpointIsInTheMatrix() {
        List<String> known = new ArrayList<>(Stream.concat(ofProducts(), ofTheOperator())
                .map(endpoint -> endpoint.method() + " " + template(endpoint.path()))
                .distinct()
                .toList());
        // Without a key; and a user may be called provision.
        known.addAll(List.of("GET /health", "GET /engines/provision", "DELETE /engines/provision"));

        assertThat(known).containsExactlyInAnyOrderElementsOf(Routes.all());
    }

    private static String template(String path) {
        return Arrays.stream(path.split("\\?", 2)[0].split("/", -1))
                .map(segment -> segment.startsWith("{") ? "{}" : segment)
                .reduce((left, right) -> left + "/" + right)
                .orElse("");
    }
}
