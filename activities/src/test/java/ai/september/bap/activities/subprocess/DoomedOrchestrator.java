package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.registry.id.EngineId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A JVM with a backend, whose only purpose is to be killed. Arguments: the test's folder, then verbs and specs. */
final class DoomedOrchestrator {

    private DoomedOrchestrator() {}

    static String text(ContainerSpec spec) {
        return spec.engineId() + " " + spec.port();
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        FakeEngines engines = new FakeEngines(home);
        EngineProgram program = FakeEngines.distribution(home.resolve("dist"));
        SubprocessSettings settings = engines.settingsOf(program);
        SubprocessBackend backend = new SubprocessBackend(settings);
        String[] words = arguments[1].split(" ", -1);
        for (int i = 0; i < words.length; i += 3) {
            act(backend, words[i], FakeEngines.spec(EngineId.parse(words[i + 1]), 1, Integer.parseInt(words[i + 2])));
        }
        new CountDownLatch(1).await();
    }

    private static void act(SubprocessBackend backend, String verb, ContainerSpec spec) throws InterruptedException {
        switch (verb) {
            case "start" -> backend.start(backend.createOrAdopt(spec).id());
            case "freeze" ->
                backend.pause(backend.start(backend.createOrAdopt(spec).id()).id());
            case "migrate" -> backend.migrateBrain(spec, null);
            case "churn" -> churn(backend, spec);
            default -> throw new IllegalArgumentException(verb);
        }
    }

    /** Starts and kills for ever, a dot before each start. */
    private static void churn(SubprocessBackend backend, ContainerSpec spec) throws InterruptedException {
        ContainerId id = backend.createOrAdopt(spec).id();
        while (true) {
            System.out.print(".");
            System.out.flush();
            backend.start(id);
            backend.stop(id, Duration.ZERO);
        }
    }
}
