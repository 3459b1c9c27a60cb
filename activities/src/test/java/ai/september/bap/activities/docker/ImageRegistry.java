package ai.september.bap.activities.docker;

import ai.september.bap.registry.id.ImageRef;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** As much of a registry as the daemon needs to pull a small image from it, with a user and a password. */
final class ImageRegistry implements AutoCloseable {

    static final String REPOSITORY = "bap/engine";

    private static final String LOGIN = "operator:not-to-be-guessed";
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /** The first byte of whoever wants TLS. */
    private static final int HANDSHAKE = 0x16;

    private static final int TRICKLE_MS = 50;

    private final HttpServer server;
    private final ServerSocket door;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final AtomicInteger pulls = new AtomicInteger();
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch hungUp = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean stalls;

    ImageRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v2/", this::serve);
        server.start();
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            try {
                while (true) {
                    Socket caller = door.accept();
                    threads.execute(() -> letIn(caller));
                }
            } catch (IOException closed) {
                // As wanted.
            }
        });
    }

    /** The daemon tries TLS first, and would wait for an answer. */
    private void letIn(Socket caller) {
        try (caller;
                Socket inside = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            int first = caller.getInputStream().read();
            if (first != HANDSHAKE && first >= 0) {
                inside.getOutputStream().write(first);
                threads.execute(() -> pass(inside, caller));
                caller.getInputStream().transferTo(inside.getOutputStream());
            }
        } catch (IOException hungUp) {
            // As callers do.
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException hungUp) {
            // As callers do.
        }
    }

    String host() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    /** The name of what was {@link #push pushed}. */
    ImageRef image(String tag) {
        return new ImageRef(host() + "/" + REPOSITORY + ":" + tag);
    }

    /** A connection to the daemon with what {@code docker login} leaves in {@code config.json}, which is put into a folder. */
    DockerDaemon login(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host(), credentials()));
        System.setProperty("DOCKER_CONFIG", folder.toString());
        try {
            return DockerDaemon.at(new DaemonAddress("unix:///var/run/docker.sock", false, null));
        } finally {
            System.clearProperty("DOCKER_CONFIG");
        }
    }

    /** From now on what is fetched comes so slowly that nobody sees its end. */
    void stall() {
        stalls = true;
    }

    /** Returns once somebody fetches what does not end. */
    void awaitStalled() throws InterruptedException {
        stalled.await();
    }

    /** Returns once whoever did so has given it up. */
    void awaitHungUp() throws InterruptedException {
        hungUp.await();
    }

    private static String credentials() {
        return Base64.getEncoder().encodeToString(LOGIN.getBytes(StandardCharsets.US_ASCII));
    }

    /** How often a manifest was fetched. */
    int pulls() {
        return pulls.get();
    }

    /** Puts an image there that differs from others by its content. */
    void push(String tag, String content) throws IOException {
        byte[] layer = Tar.file("content", content.getBytes(StandardCharsets.UTF_8), new EngineUser(0, 0))
                .readAllBytes();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(layer);
        }
        byte[] config = """
                {"architecture":"amd64","os":"linux","config":{"User":"10001:10001"},
                "rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"created":"2026-01-01T00:00:00Z"}]}
                """.formatted(digest(layer)).getBytes(StandardCharsets.UTF_8);
        byte[] blob = zipped.toByteArray();
        blobs.put(digest(blob), blob);
        blobs.put(digest(config), config);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s",
                "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":%d,"digest":"%s"},
                "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":%d,"digest":"%s"}]}
                """.formatted(MANIFEST, config.length, digest(config), blob.length, digest(blob))
                .getBytes(StandardCharsets.UTF_8);
        manifests.put(tag, manifest);
        manifests.put(digest(manifest), manifest);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String last = path.substring(path.lastIndexOf('/') + 1);
            if (!("Basic " + credentials()).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"registry\"");
                exchange.sendResponseHeaders(401, -1);
            } else if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
            } else if (path.equals("/v2/" + REPOSITORY + "/manifests/" + last) && manifests.containsKey(last)) {
                pulls.addAndGet(exchange.getRequestMethod().equals("GET") ? 1 : 0);
                send(exchange, MANIFEST, manifests.get(last));
            } else if (path.equals("/v2/" + REPOSITORY + "/blobs/" + last) && blobs.containsKey(last)) {
                sendBlob(exchange, blobs.get(last));
            } else {
                byte[] unknown = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(404, unknown.length);
                exchange.getResponseBody().write(unknown);
            }
        }
    }

    private void sendBlob(HttpExchange exchange, byte[] blob) throws IOException {
        if (stalls) {
            exchange.sendResponseHeaders(200, Long.MAX_VALUE);
            stalled.countDown();
            try {
                while (!closing.await(TRICKLE_MS, TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write(0);
                    exchange.getResponseBody().flush();
                }
            } catch (IOException gone) {
                hungUp.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else {
            send(exchange, "application/octet-stream", blob);
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(200, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        door.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
