package ai.september.bap.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What a run found, as the page that is committed. */
final class Report {

    private static final Path FOLDER = Path.of("bench", "results");

    private final String name;
    private final double loadBefore = load();
    private final StringBuilder body = new StringBuilder();

    Report(String name) {
        this.name = name;
    }

    void paragraph(String text) {
        body.append(text).append("\n\n");
    }

    void heading(String text) {
        body.append("## ").append(text).append("\n\n");
    }

    /** A table; numbers are written as figures. */
    void table(List<String> head, List<? extends List<?>> rows) {
        body.append(line(head)).append(line(Collections.nCopies(head.size(), "---")));
        rows.forEach(row -> body.append(line(row)));
        body.append('\n');
    }

    /** A label, figures, and what is to be said of them. */
    static <T> List<T> row(T label, List<? extends T> cells, T remark) {
        List<T> row = new ArrayList<>();
        row.add(label);
        row.addAll(cells);
        row.add(remark);
        return row;
    }

    /** How a goal's text ends. */
    static String verdict(boolean reached) {
        return reached ? ", reached" : ", missed";
    }

    private static String line(List<?> cells) {
        StringBuilder line = new StringBuilder("|");
        for (Object cell : cells) {
            String text = cell instanceof Double number ? Samples.figure(number) : String.valueOf(cell);
            line.append(' ').append(text).append(" |");
        }
        return line.append('\n').toString();
    }

    /** Writes the page and shows it. */
    void publish() throws IOException {
        String page = "# " + name + "\n\n" + circumstances() + "\n\n"
                + body.toString().strip() + "\n";
        Files.writeString(Files.createDirectories(FOLDER).resolve(name + ".md"), page);
        Progress.say(page);
    }

    private String circumstances() {
        return String.format(
                Locale.ROOT,
                "`bench/run %s`, %s. JDK %s, %d processors, Linux %s, load average %.1f at the start and %.1f at the end.\n"
                        + "Times depend on the machine and on what else it does; the ratios are of things measured by turns in this run.",
                name,
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.version").replaceAll("-.*", ""),
                loadBefore,
                load());
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
