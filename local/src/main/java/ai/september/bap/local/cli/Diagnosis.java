package ai.september.bap.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A worker's findings, as lines for a person. */
final class Diagnosis {

    private Diagnosis() {}

    static List<String> lines(JsonNode answer) {
        List<String> lines = new ArrayList<>();
        int findings = answer.path("findings").size();
        lines.add("host %s of installation %s: %s"
                .formatted(
                        answer.path("host_id").asText(),
                        answer.path("installation_id").asText(),
                        findings == 0
                                ? "nothing disagrees"
                                : findings == 1 ? "1 disagreement" : findings + " disagreements"));
        answer.path("findings").forEach(finding -> lines.addAll(finding(finding)));
        answer.path("not_looked_at").forEach(reason -> lines.add("not looked at: " + reason.asText()));
        if (!answer.path("foreign").isEmpty()) {
            lines.add("others have in the same Docker daemon (./bap doctor --purge-foreign removes it, after asking):");
            answer.path("foreign").forEach(others -> lines.add("  " + foreign(others)));
        }
        return lines;
    }

    private static List<String> finding(JsonNode finding) {
        StringBuilder subject =
                new StringBuilder("engine " + finding.path("engine_id").asText());
        for (String about : List.of("container", "run", "operation")) {
            if (finding.has(about + "_id")) {
                subject.append(", ")
                        .append(about)
                        .append(' ')
                        .append(finding.path(about + "_id").asText());
            }
        }
        return List.of(
                "  " + finding.path("kind").asText() + ": " + subject,
                "    " + finding.path("detail").asText() + " (" + mender(finding) + ")");
    }

    private static String mender(JsonNode finding) {
        return finding.path("mended_by").asText().equals("operator")
                ? "for you to mend"
                : "mended by the " + finding.path("mended_by").asText();
    }

    private static String foreign(JsonNode others) {
        return "installation %s: %d containers (%d running), %d volumes, %d networks, last made %s"
                .formatted(
                        others.path("installation_id").asText(),
                        others.path("containers").size(),
                        others.path("running").asLong(),
                        others.path("volumes").size(),
                        others.path("networks").size(),
                        others.path("last_made").asText("?"));
    }
}
