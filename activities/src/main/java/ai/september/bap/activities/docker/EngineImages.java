package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.registry.id.ImageRef;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What images' names mean on this host. Thread-safe. */
final class EngineImages {

    private static final Duration PULL_TIME = Duration.ofMinutes(30);

    private final DaemonCalls calls;
    private final PullPolicy policy;

    EngineImages(DaemonCalls calls, PullPolicy policy) {
        this.calls = calls;
        this.policy = policy;
    }

    /**
     * The id of an image that is on this host.
     *
     * @param pinned the id that is meant, whatever the name means now; null for what it means now
     * @throws BackendException if it is not there and can not be had
     */
    String id(ImageRef image, @Nullable String pinned) throws InterruptedException {
        if (pinned != null) {
            return kept(image, pinned);
        }
        if (policy == PullPolicy.ALWAYS) {
            pull(image);
        }
        Optional<InspectImageResponse> found = inspect(image.value());
        if (found.isEmpty() && policy == PullPolicy.MISSING) {
            pull(image);
            found = inspect(image.value());
        }
        return found.map(InspectImageResponse::getId).orElseThrow(() -> missing(image));
    }

    private String kept(ImageRef image, String pinned) throws InterruptedException {
        if (inspect(pinned).isPresent()) {
            return pinned;
        }
        if (policy != PullPolicy.NEVER) {
            // The name may still mean it.
            pull(image);
        }
        return inspect(pinned).map(InspectImageResponse::getId).orElseThrow(() -> gone(image, pinned));
    }

    /** An image by name or id. */
    Optional<InspectImageResponse> inspect(String nameOrId) throws InterruptedException {
        try {
            return Optional.of(calls.call(
                    "look at image " + nameOrId,
                    client -> client.inspectImageCmd(nameOrId).exec()));
        } catch (NotFoundException missing) {
            return Optional.empty();
        }
    }

    /** Who the image says its processes run as; empty if it does not say. */
    String user(String imageId) throws InterruptedException {
        return inspect(imageId)
                .map(image -> image.getConfig())
                .map(config -> config.getUser())
                .orElse("");
    }

    /** With the credentials of Docker's own configuration. It ends when its caller is interrupted, in the daemon, too. */
    private void pull(ImageRef image) throws InterruptedException {
        try {
            calls.tell(
                    "pull image " + image,
                    PULL_TIME,
                    client ->
                            client.pullImageCmd(withTag(image.value())).start().awaitCompletion());
        } catch (NotFoundException unknown) {
            throw refused(image, unknown);
        } catch (BackendException failed) {
            throw failed.getCause() instanceof DockerException refusal && DaemonFaults.isRefusedByRegistry(refusal)
                    ? refused(image, refusal)
                    : failed;
        }
    }

    private static BackendException refused(ImageRef image, DockerException refusal) {
        return BackendException.lasting(
                ("image %s is not in its registry, or not for us: check its name, and docker login on the worker's"
                                + " machine (%s)")
                        .formatted(image, DaemonFaults.message(refusal)),
                refusal);
    }

    /** Without a tag the daemon would fetch them all. */
    private static String withTag(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1);
        return name.contains(":") || name.contains("@") ? image : image + ":latest";
    }

    private static BackendException missing(ImageRef image) {
        return BackendException.lasting(
                ("image %s is not on the container daemon's machine: build it there (cd engine && docker build -t %s"
                                + " --target prod .), pull it (docker pull %s), or set ORCH_ENGINE_PULL_POLICY=missing")
                        .formatted(image, image, image),
                null);
    }

    private static BackendException gone(ImageRef image, String pinned) {
        return BackendException.lasting(
                ("the image that this engine was made from is gone from the container daemon's machine, and %s is another"
                                + " one by now: bring %s back (docker load or docker pull), or destroy the engine")
                        .formatted(image, pinned),
                null);
    }
}
