package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Files in containers, which need not run for it. Thread-safe. */
final class ContainerFiles {

    private static final Duration COPY_TIME = Duration.ofMinutes(1);

    private final DaemonCalls calls;

    ContainerFiles(DaemonCalls calls) {
        this.calls = calls;
    }

    /** What is made of an archive while it is being read. */
    private interface Reading<T> {
        T of(InputStream archive) throws IOException;
    }

    /** The text of a file; empty if there is none. */
    String text(String container, String path) throws InterruptedException {
        try {
            return read(container, path, Tar::text);
        } catch (NotFoundException missing) {
            return "";
        }
    }

    /** What the volume at {@link Names#DATA} holds. */
    VolumeContents volume(String container) throws InterruptedException {
        return read(container, Names.DATA, VolumeContents::read);
    }

    private <T> T read(String container, String path, Reading<T> reading) throws InterruptedException {
        return calls.call("read " + path + " in a container", COPY_TIME, client -> {
            try (InputStream archive =
                    client.copyArchiveFromContainerCmd(container, path).exec()) {
                return reading.of(archive);
            }
        });
    }

    /** An archive that is made when it is needed. */
    interface Archive {
        InputStream open() throws IOException;
    }

    /** Unpacks an archive in a folder of the container. */
    void write(String container, String folder, Archive archive) throws InterruptedException {
        calls.bringAbout(
                "write to " + folder + " in a container",
                COPY_TIME,
                client -> client.copyArchiveToContainerCmd(container)
                        .withRemotePath(folder)
                        .withTarInputStream(archive.open())
                        .exec());
    }
}
