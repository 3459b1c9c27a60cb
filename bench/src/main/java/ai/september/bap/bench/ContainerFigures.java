package ai.september.bap.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What an engine's container takes when idle, and how long it takes to end; what the images of it all take. */
final class ContainerFigures {

    private static final double MB = 1e6;
    private static final double NANOSECONDS_PER_MS = 1e6;

    private final Command docker;
    private final Samples resident = new Samples();
    private final Samples shared = new Samples();
    private final Samples shown = new Samples();
    private final Samples termination = new Samples();

    ContainerFigures(Command docker) {
        this.docker = docker;
    }

    /** Its memory, once it is idle. */
    void addMemory(String container) throws IOException, InterruptedException {
        ProcessHandle engine = engine(container);
        ProcessFigures.awaitIdle(engine);
        resident.add(ProcessFigures.memory(engine.pid(), "Rss"));
        shared.add(ProcessFigures.memory(engine.pid(), "Pss"));
        // As in "46.4MiB / 256MiB".
        String usage = docker.run("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", container);
        shown.add(Double.parseDouble(usage.replaceAll("MiB.*", "")));
    }

    /** The engine, which is its init process's only child. */
    private ProcessHandle engine(String container) throws IOException, InterruptedException {
        long init = Long.parseLong(docker.run("docker", "inspect", "-f", "{{.State.Pid}}", container));
        return ProcessHandle.of(init)
                .flatMap(process -> process.children().findFirst())
                .orElseThrow(() -> new IOException(container + " does not run"));
    }

    /** The fair share of memory of each that runs, in MB. */
    Samples shares(List<String> containers) throws IOException, InterruptedException {
        Samples shares = new Samples();
        for (String container : containers) {
            shares.add(ProcessFigures.memory(engine(container).pid(), "Pss"));
        }
        return shares;
    }

    /** Stops it; the time is the daemon's, from its SIGTERM to the exit. */
    void stop(String container) throws IOException, InterruptedException {
        Instant before = Instant.now().minusSeconds(1);
        docker.run("docker", "stop", "-t", "30", container);
        List<String> events = docker.lines(
                "docker",
                "events",
                "--since=" + before,
                "--until=" + Instant.now(),
                "--filter=container=" + container,
                "--filter=event=kill",
                "--filter=event=die",
                "--format={{.TimeNano}},{{.Actor.Attributes.signal}},{{.Actor.Attributes.exitCode}}");
        List<String[]> parts = events.stream().map(event -> event.split(",")).toList();
        if (parts.size() != 2 || !parts.get(0)[1].equals("15") || !parts.get(1)[2].equals("0")) {
            throw new IOException("the engine did not end by SIGTERM with exit code 0: " + events);
        }
        termination.add((Long.parseLong(parts.get(1)[0]) - Long.parseLong(parts.get(0)[0])) / NANOSECONDS_PER_MS);
    }

    void write(Report report) throws IOException, InterruptedException {
        report.heading("An engine's container");
        report.table(
                List.of("", "n", "p50", "p95"),
                List.of(
                        row("memory when idle: resident, MB", resident),
                        row("… its share of what several map, MB", shared),
                        row("… as `docker stats` shows it, MiB", shown),
                        row("from SIGTERM to the exit with code 0, ms", termination)));
        report.heading("Images");
        report.table(List.of("", "MB", "of it over its base", "of it our own code, kB"), images());
        report.paragraph(
                "Uncompressed, as they lie on the host. A change of ours alone ships the layer in the last column"
                        + " (an engine's class-data archive with it).");
    }

    private static List<Object> row(String label, Samples samples) {
        return List.of(label, samples.size(), samples.p50(), samples.p95());
    }

    private List<List<Object>> images() throws IOException, InterruptedException {
        double base = size(ComposeStack.BASE_IMAGE);
        List<List<Object>> rows = new ArrayList<>();
        rows.add(List.of("base: `" + ComposeStack.BASE_IMAGE + "`", base, "", ""));
        for (String image : List.of(ComposeStack.ENGINE_IMAGE, ComposeStack.ORCHESTRATOR_IMAGE)) {
            String label = image.equals(ComposeStack.ENGINE_IMAGE) ? "engine" : "orchestrator";
            rows.add(List.of(label, size(image), size(image) - base, codeLayer(image)));
        }
        return rows;
    }

    private double size(String image) throws IOException, InterruptedException {
        return Long.parseLong(docker.run("docker", "image", "inspect", "-f", "{{.Size}}", image)) / MB;
    }

    private double codeLayer(String image) throws IOException, InterruptedException {
        return docker
                .lines("docker", "history", "--no-trunc", "--human=false", "--format={{.Size}} {{.CreatedBy}}", image)
                .stream()
                .filter(layer -> layer.contains("COPY /layers/code/"))
                .mapToDouble(layer -> Long.parseLong(layer.substring(0, layer.indexOf(' '))) / 1e3)
                .findFirst()
                .orElseThrow();
    }
}
