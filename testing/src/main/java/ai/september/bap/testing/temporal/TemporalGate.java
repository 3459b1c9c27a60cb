package ai.september.bap.testing.temporal;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a Temporal that speaks plain text on loopback, as a provider's frontend would: speaks TLS, wants client
 * certificates or an API key, and refuses calls. What it lets through is answered by the Temporal behind it. Thread-safe.
 */
public final class TemporalGate implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> NAMESPACE =
            Metadata.Key.of("temporal-namespace", Metadata.ASCII_STRING_MARSHALLER);
    private static final int LARGEST_MESSAGE = 64 * 1024 * 1024;

    private final ManagedChannel behind;
    private final Server server;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();

    /** What a gate wants of those who come. */
    public static final class Builder {

        private final String behind;
        private Authority.@Nullable Issued certificate;
        private @Nullable Path clients;
        private @Nullable String apiKey;
        private Set<String> refused = Set.of();

        private Builder(String behind) {
            this.behind = behind;
        }

        /** Speaks TLS, with this certificate. */
        public Builder certificate(Authority.Issued issued) {
            certificate = issued;
            return this;
        }

        /** Wants a client certificate of this authority. */
        public Builder clientsOf(Path authority) {
            clients = authority;
            return this;
        }

        /** Wants this key with every call. */
        public Builder apiKey(String key) {
            apiKey = key;
            return this;
        }

        /** Refuses these methods, whoever calls. */
        public Builder refusing(String... methods) {
            refused = Set.of(methods);
            return this;
        }

        /** Opens it on a free port. */
        public TemporalGate open() throws IOException {
            return new TemporalGate(this);
        }
    }

    /** A gate before the Temporal at {@code address}. */
    public static Builder before(String address) {
        return new Builder(address);
    }

    private TemporalGate(Builder wanted) throws IOException {
        behind = NettyChannelBuilder.forTarget(wanted.behind)
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .fallbackHandlerRegistry(new Passage(wanted));
        if (wanted.certificate != null) {
            SslContextBuilder tls = GrpcSslContexts.forServer(
                    wanted.certificate.certificate().toFile(),
                    wanted.certificate.key().toFile());
            if (wanted.clients != null) {
                tls.trustManager(wanted.clients.toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            builder.sslContext(tls.build());
        }
        server = builder.build().start();
    }

    /** Where it listens. */
    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** The namespaces that calls said they were for in their headers. */
    public Set<String> namespaces() {
        return Set.copyOf(namespaces);
    }

    @Override
    public void close() {
        server.shutdownNow();
        behind.shutdownNow();
    }

    /** Every method there is, passed on as bytes. All of Temporal's take one request and give one answer. */
    private final class Passage extends io.grpc.HandlerRegistry {

        private final Builder wanted;

        Passage(Builder wanted) {
            this.wanted = wanted;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(name)
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build();
            ServerCallHandler<byte[], byte[]> pass = ServerCalls.asyncUnaryCall((request, caller) ->
                    ClientCalls.asyncUnaryCall(behind.newCall(method, CallOptions.DEFAULT), request, caller));
            return ServerMethodDefinition.create(
                    method, (call, headers) -> new Control(wanted).interceptCall(call, headers, pass));
        }
    }

    private final class Control implements ServerInterceptor {

        private final Builder wanted;

        Control(Builder wanted) {
            this.wanted = wanted;
        }

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String namespace = headers.get(NAMESPACE);
            if (namespace != null) {
                namespaces.add(namespace);
            }
            if (wanted.apiKey != null && !("Bearer " + wanted.apiKey).equals(headers.get(AUTHORIZATION))) {
                call.close(Status.UNAUTHENTICATED.withDescription("Request unauthorized."), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            if (wanted.refused.contains(call.getMethodDescriptor().getBareMethodName())) {
                call.close(Status.PERMISSION_DENIED.withDescription("Request unauthorized."), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
