package ai.september.bap.activities.docker;

import ai.september.bap.registry.id.ImageRef;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Images of an engine that does as it is told, by the file {@code mode} of its catalog, or by {@code LLM_MODEL} where it
 * has none. They are built from a base with a shell and a JVM, which {@code JRE_IMAGE} names.
 */
final class TestImages {

    static final String REPOSITORY = "bap-test/engine";
    static final String BASE = Optional.ofNullable(System.getenv("JRE_IMAGE")).orElse("lab/jre:17");

    /** The user of the ordinary test image, known by number. */
    static final long USER = 10_001;

    private static final String SCRIPT = """
            #!/bin/sh
            mode=$(cat /catalog/mode 2>/dev/null || echo "$LLM_MODEL")
            if [ "$1" = migrate ]; then
                case $mode in
                    migration-fails) echo "cannot migrate with $LLM_API_KEY"; exit 3 ;;
                    migration-is-killed) echo "half way with $LLM_API_KEY"; kill -s KILL $$ ;;
                    migration-eats) exec tail /dev/zero ;;
                    migration-hangs) echo "thinking"; exec sleep 1000 ;;
                    current) echo "nothing to do"; exit ;;
                    two-files) echo log > /data/brain.sqlite-wal ;;
                esac
                echo "migrated, key hash $ENGINE_KEY_HASH" >> "$SQLITE_DB_PATH"; exit
            fi
            case $mode in
                exits) echo "no catalog, key $LLM_API_KEY, hash $ENGINE_KEY_HASH"; exit 3 ;;
                silent) echo "still waiting with $LLM_API_KEY"; exec sleep 1000 ;;
                deaf) trap '' TERM; echo deaf; while :; do sleep 1; done ;;
                polite) trap 'echo goodbye; exit 0' TERM; echo polite; while :; do sleep 1000 & wait $!; done ;;
                talks) echo "to the other stream" >&2; sleep 0.3; exec tail -s 0.05 -n +1 -f /catalog/said ;;
                writes) echo x >> /data/written && echo "wrote"; touch /root-is-writable && echo "root"; touch /tmp/t && echo "scratch"; exec sleep 1000 ;;
            esac
            exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -cp /engine @ENGINE@
            """;

    private TestImages() {}

    /** With a folder for the brain that belongs to its user, as an engine's image should be. */
    static ImageRef ordinary(DockerClient client) throws IOException {
        return build(client, REPOSITORY + ":ordinary", """
                FROM @BASE@
                COPY --chown=10001:10001 data /data
                COPY engine /engine
                USER 10001:10001
                ENTRYPOINT ["/engine/run"]
                CMD ["serve"]
                """);
    }

    /** With a brain of its own in the folder, that its migrate command leaves as it is, or does not. */
    static ImageRef withBrain(DockerClient client, boolean current) throws IOException {
        return build(client, REPOSITORY + ":brain-" + (current ? "current" : "older"), """
                FROM @REPOSITORY@:ordinary
                COPY --chown=10001:10001 engine/run /data/brain.sqlite
                ENV LLM_MODEL=@MODE@
                """.replace(
                        "@MODE@", current ? "current" : "older"));
    }

    /** As somebody else's may be: its user has a name only, and there is no folder for the brain. */
    static ImageRef foreign(DockerClient client) throws IOException {
        return build(client, REPOSITORY + ":foreign", """
                FROM @BASE@
                COPY engine /engine
                USER games
                ENTRYPOINT ["/engine/run"]
                """);
    }

    static ImageRef ofRoot(DockerClient client) throws IOException {
        return build(client, REPOSITORY + ":root", """
                FROM @BASE@
                COPY engine /engine
                ENTRYPOINT ["/engine/run"]
                """);
    }

    /** Differs from the ordinary one by a label, and so is another image. */
    static ImageRef another(DockerClient client, ImageRef name) throws IOException {
        return build(client, name.value(), """
                FROM @REPOSITORY@:ordinary
                LABEL another=one
                """);
    }

    private static ImageRef build(DockerClient client, String name, String dockerfile) throws IOException {
        try (BuildImageResultCallback done = client.buildImageCmd(
                        context(dockerfile.replace("@BASE@", BASE).replace("@REPOSITORY@", REPOSITORY)))
                .withTags(Set.of(name))
                .exec(new BuildImageResultCallback())) {
            String unusedId = done.awaitImageId();
        }
        return new ImageRef(name);
    }

    private static InputStream context(String dockerfile) throws IOException {
        String type = ContainerEngine.class.getName();
        String path = type.replace('.', '/') + ".class";
        Map<String, byte[]> files = new TreeMap<>();
        files.put("Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8));
        files.put("engine/run", SCRIPT.replace("@ENGINE@", type).getBytes(StandardCharsets.UTF_8));
        try (InputStream code = ContainerEngine.class.getResourceAsStream("/" + path)) {
            files.put("engine/" + path, code.readAllBytes());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.putArchiveEntry(new TarArchiveEntry("data/"));
            tar.closeArchiveEntry();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                add(tar, file.getKey(), file.getValue());
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(0100755);
        entry.setModTime(0);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
