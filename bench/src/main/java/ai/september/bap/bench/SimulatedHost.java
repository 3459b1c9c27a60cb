package ai.september.bap.bench;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.registry.id.EngineId;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A host whose containers are all one small server, at an address of 127.0.0.0/8 each. They can be listed, and no more. */
final class SimulatedHost {

    private SimulatedHost() {}

    /** A host of these engines, which are all well. */
    static ContainerBackend of(List<EngineId> engines, int port) {
        List<ContainerStatus> containers = new ArrayList<>();
        for (EngineId engine : engines) {
            containers.add(container(engine, containers.size() + 1, port));
        }
        return (ContainerBackend) Proxy.newProxyInstance(
                ContainerBackend.class.getClassLoader(),
                new Class<?>[] {ContainerBackend.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "list" -> containers;
                    case "watchExits" -> (AutoCloseable) () -> {};
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static ContainerStatus container(EngineId engine, int number, int port) {
        String address = String.format(Locale.ROOT, "http://127.1.%d.%d:%d", number / 250, 1 + number % 250, port);
        return new ContainerStatus(
                new ContainerId("simulated-" + number),
                engine,
                1,
                ContainerState.RUNNING,
                null,
                null,
                0,
                URI.create(address));
    }
}
