package ai.september.bap.local.stage;

import java.util.Map;

/** One part of {@code ./bap dev}: the database, Temporal, the engines, the worker, the API. */
public interface Stage {

    /** Short, as it stands on the console. */
    String name();

    /**
     * Starts the part and returns when it is usable. A start that fails or is interrupted leaves nothing running that
     * was not running before.
     *
     * @param environment what this process got, and what the stages before provide
     * @throws ai.september.bap.local.LocalException with the line to show
     */
    Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException;
}
