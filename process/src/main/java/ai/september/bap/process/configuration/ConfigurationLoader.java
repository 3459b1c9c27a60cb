package ai.september.bap.process.configuration;

import ai.september.bap.process.Role;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads {@code config.yml} with a set of variables over it. */
public final class ConfigurationLoader {

    private static final YAMLMapper YAML = new YAMLMapper();

    private ConfigurationLoader() {}

    /**
     * Reads and checks everything a process of this role needs.
     *
     * @param configYml the operator's file; what it leaves out comes from the shipped one
     * @param variables what {@code ${NAME}} stands for, normally {@link System#getenv()}; blank counts as not set where the file says so
     * @throws InvalidConfigurationException naming every problem at once
     */
    public static OrchestratorConfiguration load(Role role, Path configYml, Map<String, String> variables) {
        return read(role, ownSettings(configYml), variables);
    }

    /** As the other, from the shipped {@code config.yml} alone. */
    public static OrchestratorConfiguration load(Role role, Map<String, String> variables) {
        return read(role, YAML.createObjectNode(), variables);
    }

    private static OrchestratorConfiguration read(Role role, ObjectNode own, Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new SettingsSource(shippedSettings(), own, variables));
        Draft<OrchestratorConfiguration> draft = OrchestratorConfiguration.read(role, reader);
        if (!reader.problems().isEmpty()) {
            throw new InvalidConfigurationException(reader.problems());
        }
        return draft.make();
    }

    private static ObjectNode shippedSettings() {
        try (InputStream shipped = ConfigurationLoader.class.getResourceAsStream("/config.yml")) {
            return (ObjectNode) YAML.readTree(shipped);
        } catch (IOException e) {
            throw new UncheckedIOException("the shipped config.yml cannot be read", e);
        }
    }

    private static ObjectNode ownSettings(Path file) {
        try {
            JsonNode root = YAML.readTree(Files.readString(file));
            if (root instanceof ObjectNode settings) {
                return settings;
            }
            if (root.isMissingNode() || root.isNull()) {
                return YAML.createObjectNode();
            }
            throw unreadable(file, "is not a map of settings");
        } catch (JsonProcessingException e) {
            throw unreadable(file, "is not YAML (line " + e.getLocation().getLineNr() + ")");
        } catch (IOException e) {
            throw unreadable(file, "cannot be read");
        }
    }

    private static InvalidConfigurationException unreadable(Path file, String fault) {
        return new InvalidConfigurationException(List.of(
                file + " " + fault + "; name an existing configuration file, for example the shipped config.yml."));
    }
}
