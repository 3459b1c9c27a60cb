package ai.september.bap.process.configuration;

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

/**
 * The texts behind all settings: the operator's file over the shipped one, variables filled in. Variables are filled in
 * after the YAML was parsed and only once, so a password may contain anything.
 */
final class SettingsSource {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_]+)");

    private final Map<String, String> templates = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final StringSubstitutor substitutor;

    SettingsSource(ObjectNode shipped, ObjectNode own, Map<String, String> variables) {
        flatten("", shipped).forEach(this::accept);
        flatten("", own).forEach(this::override);
        substitutor = new StringSubstitutor(withoutBlank(variables)).setDisableSubstitutionInValues(true);
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

    private void override(String path, String template) {
        if (!templates.containsKey(path)) {
            problems.add(path + " in config.yml is not a setting; see the config.yml that came with this version.");
            return;
        }
        names.remove(path);
        accept(path, template);
    }

    private static Map<String, String> flatten(String prefix, JsonNode node) {
        Map<String, String> flat = new LinkedHashMap<>();
        node.properties().forEach(entry -> {
            String path = prefix + entry.getKey();
            if (entry.getValue().isObject()) {
                flat.putAll(flatten(path + ".", entry.getValue()));
            } else {
                flat.put(path, entry.getValue().isNull() ? "" : entry.getValue().asText());
            }
        });
        return flat;
    }

    private static Map<String, String> withoutBlank(Map<String, String> variables) {
        Map<String, String> set = new LinkedHashMap<>(variables);
        set.values().removeIf(String::isBlank);
        return set;
    }
}
