package ai.september.bap.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A row of the tables of metrics in the documentation; a name with an asterisk is there only once it has happened. */
record DocumentedMetric(String name, boolean always, String type, Set<String> labels) {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9_]+)`(\\*?) \\| (\\w+) \\| ([^|]*) \\| [^|]+ \\|$");

    /** Every metric of Temporal's SDK has these, whatever it counts. */
    private static final Set<String> OF_THE_SDK = Set.of(
            "activity_type",
            "exception",
            "namespace",
            "operation",
            "query_type",
            "signal_name",
            "status_code",
            "task_queue",
            "worker_type",
            "workflow_type");

    static Map<String, DocumentedMetric> all(Path page) throws IOException {
        return ROW.matcher(Files.readString(page))
                .results()
                .map(DocumentedMetric::of)
                .collect(Collectors.toMap(DocumentedMetric::name, Function.identity()));
    }

    private static DocumentedMetric of(MatchResult row) {
        Set<String> labels = Stream.of(row.group(4).split("[`, ]+", -1))
                .flatMap(label -> label.equals("SDK") ? OF_THE_SDK.stream() : Stream.of(label))
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        return new DocumentedMetric(row.group(1), row.group(2).isEmpty(), row.group(3), labels);
    }
}
