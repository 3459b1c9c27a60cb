package ai.september.bap.activities.container;

import java.time.Duration;
import java.util.List;

/** What a container prints, line by line. Used by one thread, which closes it; {@link #close} may come from another. */
public interface OutputFeed extends AutoCloseable {

    /**
     * The next lines; none if there are none yet, or none any more.
     *
     * @param patience how long to wait for one
     * @throws BackendException if the output can not be read any more
     */
    List<OutputLine> next(Duration patience) throws InterruptedException;

    /** Whether nothing more will come: all was read that was asked for, or the container's process has ended. */
    boolean isOver();

    /** One of a container that has printed nothing, or is not there. */
    static OutputFeed none() {
        return new OutputFeed() {
            @Override
            public List<OutputLine> next(Duration patience) {
                return List.of();
            }

            @Override
            public boolean isOver() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    /** Ends it, and what it holds in the container daemon. */
    @Override
    void close();
}
