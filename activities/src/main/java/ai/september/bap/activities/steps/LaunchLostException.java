package ai.september.bap.activities.steps;

import ai.september.bap.activities.container.ContainerId;

/** A container that an earlier worker launched is dead: it ended with that worker or machine, and is to be launched again. */
final class LaunchLostException extends RuntimeException {

    LaunchLostException(ContainerId id) {
        super("container " + id + " ended together with the worker that launched it");
    }
}
