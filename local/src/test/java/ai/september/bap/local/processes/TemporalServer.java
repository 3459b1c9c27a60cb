package ai.september.bap.local.processes;

import ai.september.bap.local.process.SearchPath;
import io.temporal.testserver.TestServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A Temporal on a port: the dev server of the {@code temporal} program, where there is one, else the test server. */
final class TemporalServer {

    private TemporalServer() {}

    /** Starts it; whoever calls it waits until it is up. */
    static Closeable start(int port) {
        Optional<Path> program = SearchPath.of(System.getenv()).find("temporal");
        return program.isPresent() ? devServer(program.get(), port) : TestServer.createPortBoundServer(port);
    }

    private static Closeable devServer(Path program, int port) {
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "server", "start-dev", "--headless");
        builder.command().addAll(List.of("--ip", "127.0.0.1", "--port", Integer.toString(port)));
        try {
            Process server = builder.redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            return () -> server.destroyForcibly().onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
