package ai.september.bap.local.temporal;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Temporal's test server inside this JVM, in real time: no program needed, no UI, and no memory of earlier runs. */
final class InProcessServer implements Stage {

    @Override
    public String name() {
        return "Temporal";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) {
        TestServicesStarter services = new TestServicesStarter(true, 0);
        Server server = listen(services);
        String address = "127.0.0.1:" + server.getPort();
        reporter.notice(
                "There is no program \"temporal\" on the PATH, so Temporal's test server runs in this process: no UI, "
                        + "and its history is lost at exit (operations under way are taken up again from PostgreSQL).");
        return new Running(
                "test server in this process, on " + address,
                Map.of("TEMPORAL_ADDRESS", address, "TEMPORAL_NAMESPACE", "default"),
                Map.of(),
                grace -> stop(services, server, grace));
    }

    /** TestServer.createPortBoundServer does the same, but listens on every interface. */
    private static Server listen(TestServicesStarter services) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
        try {
            return builder.build().start();
        } catch (IOException e) {
            services.close();
            throw new LocalException(
                    ExitCode.PART_FAILED, "Temporal's test server did not start: " + e.getMessage(), e);
        }
    }

    private static void stop(TestServicesStarter services, Server server, Duration grace) {
        server.shutdown();
        services.close();
        try {
            server.awaitTermination(Math.min(grace.toMillis(), 1000), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            // What is left is cut off below.
        }
        server.shutdownNow();
    }
}
