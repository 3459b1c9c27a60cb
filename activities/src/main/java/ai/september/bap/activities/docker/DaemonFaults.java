package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotAcceptableException;
import com.github.dockerjava.api.exception.UnauthorizedException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the daemon's refusals and silences mean to those who work with containers. */
final class DaemonFaults {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern REGISTRY_SAYS_NO =
            Pattern.compile("(?i)manifest unknown|no basic auth credentials|unauthorized|denied|name unknown");
    private static final Pattern HALF_STARTED = Pattern.compile("task \\S+: already exists");
    private static final int LONGEST_MESSAGE = 300;

    private DaemonFaults() {}

    /** The fault behind a call that failed. */
    static BackendException of(String verb, @Nullable Throwable cause) {
        if (cause instanceof BackendException told) {
            return told;
        }
        if (cause instanceof DockerClientException refused) {
            return BackendException.passing(
                    "could not " + verb + ": " + clipped(String.valueOf(refused.getMessage())), refused);
        }
        if (!(cause instanceof DockerException refusal)) {
            return BackendException.passing(
                    "could not " + verb + ": the container daemon does not answer; check that it runs and that"
                            + " DOCKER_HOST names it",
                    cause);
        }
        String message = message(refusal);
        if (message.contains("no space left on device")) {
            return BackendException.lasting(
                    "could not " + verb + ": the container daemon's disk is full; free some of it (docker system df)",
                    refusal);
        }
        String text = "the container daemon could not " + verb + ": " + message;
        return isLasting(refusal, message)
                ? BackendException.lasting(text, refusal)
                : BackendException.passing(text, refusal);
    }

    /** The container was made wrongly, or its image is of no use: the daemon would say the same again. */
    private static boolean isLasting(DockerException refusal, String message) {
        return refusal instanceof BadRequestException
                || refusal instanceof UnauthorizedException
                || refusal instanceof NotAcceptableException
                || message.contains("executable file not found")
                || message.contains("exec format error");
    }

    /** Whether a container could not be started because its port is somebody else's. */
    static boolean isPortTaken(DockerException refusal) {
        String message = message(refusal).toLowerCase(Locale.ROOT);
        return message.contains("port is already allocated") || message.contains("address already in use");
    }

    /**
     * Whether a container can not be started because a daemon that crashed had begun to: containerd keeps what it had made
     * for it, in which nothing runs, and refuses it for ever (seen with Docker 20.10: "task …: already exists").
     */
    static boolean isHalfStarted(DockerException refusal) {
        return HALF_STARTED.matcher(message(refusal)).find();
    }

    /** Whether a container could not be thawed because it is not frozen, running or not. */
    static boolean isNotFrozen(DockerException refusal) {
        return message(refusal).endsWith("is not paused");
    }

    /** Whether a registry said no, and would say it again; the daemon takes it for a fault of its own. */
    static boolean isRefusedByRegistry(DockerException refusal) {
        return REGISTRY_SAYS_NO.matcher(message(refusal)).find();
    }

    /** What the daemon said, in one line; it comes as JSON. */
    static String message(DockerException refusal) {
        String raw = Objects.requireNonNullElse(refusal.getMessage(), "");
        String body = raw.substring(raw.indexOf('{') < 0 ? 0 : raw.indexOf('{'));
        String text = raw;
        try {
            text = JSON.readTree(body).path("message").asText(raw);
        } catch (JsonProcessingException plain) {
            // Then it is a text already.
        }
        return clipped(text);
    }

    private static String clipped(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }
}
