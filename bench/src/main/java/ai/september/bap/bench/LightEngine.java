package ai.september.bap.bench;

import ai.september.bap.local.process.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Stands in for the engine where a thousand would not fit into memory: a process of 6 MB that takes as long to boot as the
 * engine, and then answers {@code /health} and nothing else. All but {@code serve} is done by the engine's own program.
 */
final class LightEngine {

    private static final String SCRIPT = """
            #!/bin/sh
            [ "$1" = serve ] || exec '@REAL@/bin/engine' "$@"
            exec '@PERL@' -MSocket -e '
                select undef, undef, undef, 0.135;
                socket my $server, PF_INET, SOCK_STREAM, 0 or die;
                setsockopt $server, SOL_SOCKET, SO_REUSEADDR, 1 or die;
                bind $server, sockaddr_in($ENV{ENGINE_PORT}, INADDR_LOOPBACK) or die;
                listen $server, 16 or die;
                while (accept my $client, $server) {
                    sysread $client, my $request, 8192;
                    syswrite $client, "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 15\\r\\n"
                        . "Connection: close\\r\\n\\r\\n{\\"status\\":\\"ok\\"}";
                    close $client;
                }'
            """;

    private LightEngine() {}

    /** Makes the distribution to give a worker as its engine. */
    static Path in(Path folder) throws IOException {
        Path perl = SearchPath.of(System.getenv())
                .find("perl")
                .orElseThrow(() -> new IOException("a light engine needs perl: install it"));
        Path executable = Files.createDirectories(folder.resolve("bin")).resolve("engine");
        Files.writeString(
                executable,
                SCRIPT.replace("@REAL@", EngineKit.DISTRIBUTION.toString()).replace("@PERL@", perl.toString()));
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }
}
