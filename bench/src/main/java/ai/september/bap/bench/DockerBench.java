package ai.september.bap.bench;

import java.util.Map;

/** The stack of Compose: a provision against {@code docker run}, many at once over several workers, sizes. */
final class DockerBench {

    private final int pairs;

    DockerBench(int pairs) {
        this.pairs = pairs;
    }

    void run() throws Exception {
        Report report = new Report("docker");
        report.paragraph(
                "The stack of `docker-compose.yml`, built from this repository, with Temporal's server on PostgreSQL;"
                        + " everything on one machine.");
        ComposeStack.build();
        try (ComposeStack stack = ComposeStack.start(Map.of())) {
            Product product = new Product(stack);
            ContainerFigures containers = new ContainerFigures(stack.docker());
            new AgainstDockerRun(stack, product, containers).run(pairs, report);
            new ManyAtOnce(stack, product, containers).run(report);
            containers.write(report);
        }
        report.publish();
    }
}
