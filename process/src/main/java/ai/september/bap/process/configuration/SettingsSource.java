package ai.september.bap.process.configuration;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;

/**
 * The texts behind all settings: the operator's file over the shipped one, variables filled in. Variables are filled in
 * after the YAML was parsed and only once, so a password may contain anything.
 */
final class SettingsSource {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_]+)");

    private final Map<String, String> templates = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> variables;
    private final StringSubstitutor substitutor;

    SettingsSource(ObjectNode shipped, ObjectNode own, Map<String, String> variables) {
        flatten("", shipped).forEach((path, value) -> accept(path, value.asText()));
        flatten("", own).forEach(this::override);
        this.variables = variables;
        substitutor = new StringSubstitutor(name -> lookUp(variables, name)).setDisableSubstitutionInValues(true);
    }

    /** What is wrong with the file itself. */
    List<String> problems() {
        return problems;
    }

    /** The value of a setting, for example {@code engine.portMin}; absent when blank. */
    Optional<String> text(String path) {
        String template = templates.get(path);
        if (template == null) {
            throw new IllegalArgumentException("no such setting in the shipped config.yml: " + path);
        }
        String text = substitutor.replace(template).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** A variable that is no setting of ours; absent when not set. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    /** How the operator knows a setting: its variable and its place. */
    String nameOf(String path) {
        String place = path + " in config.yml";
        String variable = names.get(path);
        return variable == null ? place : variable + " (" + place + ")";
    }

    private void accept(String path, String template) {
        templates.put(path, template);
        Matcher variable = VARIABLE.matcher(template);
        if (variable.find()) {
            names.put(path, variable.group(1));
        }
    }

    private void override(String path, JsonNode value) {
        if (!templates.containsKey(path)) {
            problems.add(path + " in config.yml is not a setting; see the config.yml that came with this version.");
            return;
        }
        names.remove(path);
        template(value)
                .ifPresentOrElse(
                        template -> accept(path, template),
                        () -> problems.add(path + " in config.yml is neither a value nor a list of values;"
                                + " see the config.yml that came with this version."));
    }

    /** What is written for a setting: a value, or a list of values, which is the same as commas between them. */
    private static Optional<String> template(JsonNode value) {
        if (value.isArray()) {
            boolean ofValues = value.valueStream().allMatch(item -> item.isValueNode() && !item.isNull());
            return ofValues
                    ? Optional.of(value.valueStream().map(JsonNode::asText).collect(joining(",")))
                    : Optional.empty();
        }
        return value.isValueNode() ? Optional.of(value.isNull() ? "" : value.asText()) : Optional.empty();
    }

    /** Goes down into sections, but not into what stands in a setting's place. */
    private Map<String, JsonNode> flatten(String prefix, JsonNode node) {
        Map<String, JsonNode> flat = new LinkedHashMap<>();
        node.properties().forEach(entry -> {
            String path = prefix + entry.getKey();
            if (entry.getValue().isObject() && !templates.containsKey(path)) {
                flat.putAll(flatten(path + ".", entry.getValue()));
            } else {
                flat.put(path, entry.getValue());
            }
        });
        return flat;
    }

    /** As in a shell: in {@code ${NAME:-default}} an empty variable counts as not set, in {@code ${NAME-default}} as empty. */
    private static @Nullable String lookUp(Map<String, String> variables, String name) {
        int dash = name.indexOf('-');
        if (dash >= 0) {
            return variables.getOrDefault(name.substring(0, dash), name.substring(dash + 1));
        }
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
