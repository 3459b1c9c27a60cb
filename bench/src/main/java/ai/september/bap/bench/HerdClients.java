package ai.september.bap.bench;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Clients that ask for engines all at once, through replicas by turns, and again as long as they are told to. Thread-safe. */
final class HerdClients {

    private static final String PROVISION = "{\"auto_provision\":true}";
    private static final List<Integer> LATER = List.of(202, 429, 503);

    private final List<ReplicaProcess> replicas;
    private final String key;
    private final Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();

    HerdClients(List<ReplicaProcess> replicas, String platformKey) {
        this.replicas = List.copyOf(replicas);
        this.key = platformKey;
    }

    /** So many admits, each of the user of its number; what each was answered in the end, 200 or 202. */
    List<CompletableFuture<HttpResponse<String>>> admit(int number, IntFunction<String> user) {
        return IntStream.range(0, number)
                .mapToObj(n -> admit(replicas.get(n % replicas.size()).api(), user.apply(n)))
                .toList();
    }

    private CompletableFuture<HttpResponse<String>> admit(Api api, String user) {
        return api.admit(key, user, PROVISION).thenCompose(answer -> {
            answers.merge(answer.statusCode(), 1, Integer::sum);
            int later = answer.statusCode() == 200 ? 0 : retryAfter(answer);
            return answer.statusCode() < 300
                    ? CompletableFuture.completedFuture(answer)
                    : CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(later, TimeUnit.SECONDS))
                            .thenCompose(then -> admit(api, user));
        });
    }

    private static int retryAfter(HttpResponse<String> answer) {
        HerdBench.require(
                LATER.contains(answer.statusCode())
                        && answer.headers().firstValue("Retry-After").isPresent(),
                "200, or 202, 429 or 503 with Retry-After, not " + answer.statusCode() + " "
                        + answer.headers().map() + " " + answer.body());
        return Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
    }

    /** How many requests were answered so. */
    int answered(int status) {
        return answers.getOrDefault(status, 0);
    }
}
