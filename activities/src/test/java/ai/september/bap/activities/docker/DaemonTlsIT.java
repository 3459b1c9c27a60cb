package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real daemon behind TLS, with certificates as Docker's documentation has them made. */
@Timeout(120)
class DaemonTlsIT {

    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final int BUFFER = 1 << 13;
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    private SSLServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        Prerequisite.command("openssl");
        Prerequisite.that(Files.exists(SOCKET), "a Docker daemon at " + SOCKET + ": .ci/lab up");
        authority("ours");
        certificate("ours", "server", "subjectAltName=IP:127.0.0.1");
        certificate("ours", "client", "extendedKeyUsage=clientAuth");
        server = (SSLServerSocket)
                context().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        background(() -> {
            while (true) {
                serve(server.accept());
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void aDaemonIsReachedByTlsWithTheRightCertificatesOnly() throws Exception {
        authority("others");
        certificate("others", "client", "extendedKeyUsage=clientAuth");
        String address = "tcp://127.0.0.1:" + server.getLocalPort();

        try (DockerDaemon local = DockerDaemon.at(new DaemonAddress("unix://" + SOCKET, false, null));
                DockerDaemon remote = DockerDaemon.at(new DaemonAddress(address, true, folder.resolve("ours")))) {
            assertThat(remote.id()).isEqualTo(local.id());
        }
        try (DockerDaemon stranger = DockerDaemon.at(new DaemonAddress(address, true, folder.resolve("others")));
                DockerDaemon plain = DockerDaemon.at(new DaemonAddress(address, false, null))) {
            assertThat(stranger.absence()).as("signed by somebody else").isPresent();
            assertThat(plain.absence()).as("without TLS").isPresent();
        }
    }

    /** A folder with {@code ca.pem}; its key is beside it. */
    private void authority(String name) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        openssl(
                own,
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-days",
                "2",
                "-keyout",
                "ca-key.pem",
                "-out",
                "ca.pem");
    }

    /** {@code cert.pem} and {@code key.pem} for a client; the same with the server's name in front for that. */
    private void certificate(String authority, String use, String extension) throws Exception {
        Path own = folder.resolve(authority);
        String prefix = use.equals("server") ? "server-" : "";
        Files.writeString(own.resolve("extension"), extension + "\n");
        openssl(
                own,
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=" + use,
                "-keyout",
                prefix + "key.pem",
                "-out",
                "request.pem");
        openssl(
                own,
                "x509",
                "-req",
                "-in",
                "request.pem",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca-key.pem",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                "extension",
                "-out",
                prefix + "cert.pem");
    }

    private SSLContext context() throws Exception {
        Path own = folder.resolve("ours");
        openssl(
                own,
                "pkcs12",
                "-export",
                "-in",
                "server-cert.pem",
                "-inkey",
                "server-key.pem",
                "-out",
                "server.p12",
                "-passout",
                "pass:" + PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(own.resolve("server.p12"))) {
            keys.load(file, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream file = Files.newInputStream(own.resolve("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private static void openssl(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static void serve(Socket caller) {
        background(() -> {
            try (caller;
                    SocketChannel daemon = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
                background(() -> answer(daemon, caller.getOutputStream()));
                ask(caller.getInputStream(), daemon);
            }
        });
    }

    private static void ask(InputStream from, SocketChannel daemon) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                daemon.write(bytes);
            }
        }
    }

    private static void answer(SocketChannel daemon, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = daemon.read(ByteBuffer.wrap(buffer)); read >= 0; read = daemon.read(ByteBuffer.wrap(buffer))) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void background(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException over) {
                // One side has hung up.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
