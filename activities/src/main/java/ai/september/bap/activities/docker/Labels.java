package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.InstallationId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How we know what is ours. Labels never change once a thing is made. */
record Labels(InstallationId installation) {

    /** The incarnation of containers that serve an engine's container, and are none of its own. */
    static final int NO_INCARNATION = 0;

    private static final String PREFIX = "ai.september.bap.";
    static final String INSTALLATION = PREFIX + "installation";
    private static final String PRODUCT = PREFIX + "product";
    private static final String ENGINE = PREFIX + "engine";
    private static final String INCARNATION = PREFIX + "incarnation";

    /** A digest of everything a container was made with. */
    private static final String DEFINITION = PREFIX + "definition";

    Map<String, String> ofInstallation() {
        return Map.of(INSTALLATION, installation.toString());
    }

    Map<String, String> ofVolume(ContainerSpec spec) {
        return Map.of(
                INSTALLATION, installation.toString(),
                PRODUCT, spec.productId().toString(),
                ENGINE, spec.engineId().toString());
    }

    Map<String, String> ofContainer(ContainerSpec spec, String definition) {
        Map<String, String> labels = new HashMap<>(ofVolume(spec));
        labels.put(INCARNATION, Integer.toString(spec.incarnation()));
        labels.put(DEFINITION, definition);
        return labels;
    }

    Map<String, String> ofServant(ContainerSpec spec) {
        Map<String, String> labels = new HashMap<>(ofVolume(spec));
        labels.put(INCARNATION, Integer.toString(NO_INCARNATION));
        return labels;
    }

    /** Filters of the daemon's list for everything that is ours. */
    List<String> selectOurs() {
        return List.of(INSTALLATION + "=" + installation);
    }

    List<String> select(EngineId engineId) {
        return List.of(INSTALLATION + "=" + installation, ENGINE + "=" + engineId);
    }

    /** As options of a command that makes something of the engine's by hand. */
    String options(EngineId engineId) {
        return select(engineId).stream().map(label -> " --label " + label).collect(Collectors.joining());
    }

    boolean areOurs(@Nullable Map<String, String> labels) {
        return labels != null && installation.toString().equals(labels.get(INSTALLATION));
    }

    boolean areOurs(@Nullable Map<String, String> labels, EngineId engineId) {
        return labels != null && areOurs(labels) && engineId.toString().equals(labels.get(ENGINE));
    }

    /** Whose something is that has our labels; empty text if it does not say so. */
    static String installation(@Nullable Map<String, String> labels) {
        return labels == null ? "" : labels.getOrDefault(INSTALLATION, "");
    }

    static EngineId engine(Map<String, String> labels) {
        return EngineId.parse(labels.getOrDefault(ENGINE, ""));
    }

    /** The engine that something is of; empty if its labels do not say so. */
    static Optional<EngineId> engineOf(@Nullable Map<String, String> labels) {
        try {
            return labels == null ? Optional.empty() : Optional.of(engine(labels));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    static int incarnation(Map<String, String> labels) {
        return Integer.parseInt(labels.getOrDefault(INCARNATION, ""));
    }

    static String definition(Map<String, String> labels) {
        return labels.getOrDefault(DEFINITION, "");
    }
}
