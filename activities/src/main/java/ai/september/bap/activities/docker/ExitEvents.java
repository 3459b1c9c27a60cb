package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.ExitListener;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.EventType;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what the daemon tells of our containers that end. Whenever the connection is lost it is made anew, after a
 * second; what was told meanwhile is lost, and the listener is told so. Ends when it is closed.
 */
final class ExitEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExitEvents.class);

    private static final long PAUSE_MS = 1_000;

    private final DaemonCalls calls;
    private final Labels labels;
    private final ExitListener listener;
    private final Thread thread;
    private volatile boolean closed;

    ExitEvents(DaemonCalls calls, Labels labels, ExitListener listener) {
        this.calls = calls;
        this.labels = labels;
        this.listener = listener;
        this.thread = new Thread(this::listen, "docker-events");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Listening listening = calls.listen(client -> client.eventsCmd()
                    .withEventTypeFilter(EventType.CONTAINER)
                    .withEventFilter("die")
                    .withLabelFilter(labels.selectOurs().toArray(String[]::new))
                    .exec(new Listening()))) {
                listening.awaitCompletion();
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException closed) {
                return;
            } catch (IOException | RuntimeException lost) {
                LOG.debug("the container daemon tells nothing now", lost);
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MS);
            return true;
        } catch (InterruptedException closed) {
            return false;
        }
    }

    /** One connection. */
    private final class Listening extends ResultCallback.Adapter<Event> {

        @Override
        public void onStart(Closeable stream) {
            super.onStart(stream);
            if (closed) {
                closeQuietly(stream);
                return;
            }
            listener.mayHaveMissed();
        }

        @Override
        public void onNext(Event event) {
            Optional.ofNullable(event.getActor())
                    .map(EventActor::getAttributes)
                    .flatMap(Labels::engineOf)
                    .ifPresent(listener::ended);
        }
    }

    private static void closeQuietly(Closeable late) {
        try {
            late.close();
        } catch (IOException gone) {
            LOG.debug("it was closed already", gone);
        }
    }

    /** Returns at once; what is being told at this moment may still arrive. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
