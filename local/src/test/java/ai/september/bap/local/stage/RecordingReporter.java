package ai.september.bap.local.stage;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a stage says; notices and fatal ends can be waited for. */
public final class RecordingReporter implements Reporter {

    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> fatal = new LinkedBlockingQueue<>();

    @Override
    public void progress(String what) {
        progress.add(what);
    }

    @Override
    public void notice(String what) {
        notices.add(what);
    }

    @Override
    public void fatal(String why) {
        fatal.add(why);
    }

    public List<String> progress() {
        return progress;
    }

    public String awaitNotice() throws InterruptedException {
        return await(notices);
    }

    public String awaitFatal() throws InterruptedException {
        return await(fatal);
    }

    private static String await(BlockingQueue<String> queue) throws InterruptedException {
        String said = queue.poll(60, TimeUnit.SECONDS);
        if (said == null) {
            throw new AssertionError("nothing was said within a minute");
        }
        return said;
    }
}
