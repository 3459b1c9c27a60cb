package ai.september.bap.activities.docker;

/** Turns at starting a container, which processes beside one daemon share. Thread-safe. */
@FunctionalInterface
public interface Turns {

    /** For a process that is alone with its daemon. */
    Turns UNSHARED = () -> () -> {};

    /** Takes one, to be closed once the container is started; waits for it, perhaps long. */
    Turn take() throws InterruptedException;

    /** Somebody's turn, until it is closed. */
    @FunctionalInterface
    interface Turn extends AutoCloseable {

        @Override
        void close();
    }
}
