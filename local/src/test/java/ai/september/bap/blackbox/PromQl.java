package ai.september.bap.blackbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** As much of Prometheus' query language as it takes to see what a query asks for. */
final class PromQl {

    private static final Pattern STRINGS = Pattern.compile("\"[^\"]*\"");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)|\\{[^}]*}|\\[[^]]*]");
    private static final Pattern NAMES = Pattern.compile("(?<![\\w.])[a-zA-Z_:][a-zA-Z0-9_:]*+(?!\\s*\\()");
    private static final Pattern SELECTORS = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}");
    private static final Pattern MATCHED = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(?==|!)");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    private PromQl() {}

    /** The metrics that an expression reads. */
    static Set<String> metrics(String expression) {
        String bare = LABELS.matcher(STRINGS.matcher(expression).replaceAll("")).replaceAll(" ");
        return NAMES.matcher(bare)
                .results()
                .map(MatchResult::group)
                .filter(name -> !WORDS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The labels that it selects series by, for each metric. */
    static Map<String, Set<String>> matchers(String expression) {
        Map<String, Set<String>> labels = new HashMap<>();
        SELECTORS
                .matcher(STRINGS.matcher(expression).replaceAll(""))
                .results()
                .forEach(selector -> MATCHED.matcher(selector.group(2))
                        .results()
                        .forEach(label -> labels.computeIfAbsent(selector.group(1), metric -> new TreeSet<>())
                                .add(label.group(1))));
        return labels;
    }
}
