package ai.september.bap.blackbox;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Something that speaks Temporal's protocol, and is of no use. */
final class OddTemporal extends WorkflowServiceGrpc.WorkflowServiceImplBase implements AutoCloseable {

    private final boolean answers;
    private final Server server;

    private OddTemporal(boolean answers) {
        this.answers = answers;
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(this)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server in order, on which nobody made a namespace. */
    static OddTemporal withoutNamespaces() {
        return new OddTemporal(true);
    }

    /** One that takes calls and never answers them. */
    static OddTemporal silent() {
        return new OddTemporal(false);
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> caller) {
        if (answers) {
            caller.onNext(GetSystemInfoResponse.getDefaultInstance());
            caller.onCompleted();
        }
    }

    @Override
    public void describeNamespace(DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> caller) {
        if (answers) {
            caller.onError(Status.NOT_FOUND.asRuntimeException());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
