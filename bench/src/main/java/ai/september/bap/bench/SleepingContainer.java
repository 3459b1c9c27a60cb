package ai.september.bap.bench;

import ai.september.bap.registry.product.SleepMode;
import java.io.IOException;
import java.time.Duration;

/** A container that is paused, or stopped, by the container daemon's API. */
record SleepingContainer(BareContainer container, DaemonSocket daemon) implements BareSleeper {

    @Override
    public void suspend(SleepMode mode) throws IOException {
        order(mode == SleepMode.PAUSE ? "pause" : "stop?t=30");
    }

    @Override
    public Duration wake(SleepMode mode) throws IOException, InterruptedException {
        long start = System.nanoTime();
        order(mode == SleepMode.PAUSE ? "unpause" : "start");
        HealthPoll.await(container.port(), () -> true);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void order(String what) throws IOException {
        daemon.post("/containers/" + container.name() + "/" + what);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        container.close();
    }
}
