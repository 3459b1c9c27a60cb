package ai.september.bap.blackbox;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What several scrapes show together, taken apart. */
record Exposition(List<String> lines) {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SERIES = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What its parts add to a family's name. */
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum)$");

    /** Every series has the first; the others are how a family is laid out. */
    private static final Set<String> COMMON = Set.of("process", "le", "quantile");

    static Exposition of(Metrics... scrapes) {
        return new Exposition(
                Stream.of(scrapes).flatMap(scrape -> scrape.lines().stream()).toList());
    }

    /** One metric. */
    record Family(String type, Set<String> labels) {}

    /** By name; the greatest value of late that Micrometer adds to its timers is part of them. */
    Map<String, Family> families() {
        Map<String, Family> families = new TreeMap<>();
        for (String line : lines) {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                families.computeIfAbsent(type.group(1), name -> new Family(type.group(2), labelsOfFamily(name)));
            }
        }
        families.keySet()
                .removeIf(name -> name.endsWith("_max") && families.containsKey(name.substring(0, name.length() - 4)));
        return families;
    }

    private Set<String> labelsOfFamily(String family) {
        Set<String> labels = new TreeSet<>();
        series().filter(series -> series.group(1).equals(family)
                        || PART.matcher(series.group(1)).replaceAll("").equals(family))
                .forEach(series -> labels.addAll(labels(series).keySet()));
        labels.removeAll(COMMON);
        return labels;
    }

    Set<String> seriesNames() {
        return series().map(series -> series.group(1)).collect(Collectors.toSet());
    }

    Set<String> labelsOf(String name) {
        return series().filter(series -> series.group(1).equals(name))
                .flatMap(series -> labels(series).keySet().stream())
                .collect(Collectors.toSet());
    }

    Set<String> labelValues() {
        return series().flatMap(series -> labels(series).values().stream()).collect(Collectors.toSet());
    }

    private Stream<Matcher> series() {
        return lines.stream()
                .filter(line -> !line.startsWith("#"))
                .map(SERIES::matcher)
                .filter(Matcher::matches);
    }

    private static Map<String, String> labels(Matcher series) {
        Map<String, String> labels = new TreeMap<>();
        if (series.group(2) != null) {
            LABEL.matcher(series.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        return labels;
    }
}
