package ai.september.bap.activities.container;

import ai.september.bap.registry.id.EngineId;

/** Is told of processes that end. Called in a thread of the backend's, which it must not keep. */
public interface ExitListener {

    /** A process of the engine has ended; perhaps one that was to, perhaps long ago. */
    void ended(EngineId engine);

    /** Nobody can say which processes have ended since the backend was last listened to. */
    void mayHaveMissed();
}
