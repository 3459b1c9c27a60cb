package ai.september.bap.blackbox;

import ai.september.bap.workflows.RunAttributes;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Temporal's test server with the search attributes that a real one would still have after an outage. A run that asks the
 * test server for one that it does not know is lost there.
 */
final class PreparedTemporal {

    private PreparedTemporal() {}

    static Closeable on(int port) {
        TestServicesStarter services = new TestServicesStarter(true, 0);
        register(services);
        Server server = listen(services, port);
        return () -> {
            server.shutdownNow();
            services.close();
        };
    }

    /** Where nobody else knows of it yet. */
    private static void register(TestServicesStarter services) {
        Server server = listen(services, 0);
        ManagedChannel channel = NettyChannelBuilder.forTarget("127.0.0.1:" + server.getPort())
                .usePlaintext()
                .build();
        AddSearchAttributesRequest.Builder request = AddSearchAttributesRequest.newBuilder();
        RunAttributes.names()
                .forEach(name -> request.putSearchAttributes(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        OperatorServiceGrpc.newBlockingStub(channel).addSearchAttributes(request.build());
        channel.shutdownNow();
        server.shutdownNow();
    }

    private static Server listen(TestServicesStarter services, int port) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
        try {
            return builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
