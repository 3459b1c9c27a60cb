package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.ContainerId;

/**
 * A launched container is dead through no fault of its own: it ended with the worker or machine that launched it, or its
 * port was taken meanwhile. It is to be launched again.
 */
final class LaunchLostException extends RuntimeException {

    LaunchLostException(ContainerId id) {
        super("container " + id + " ended with the worker that launched it, or lost its port to another process");
    }
}
