package ai.september.bap.api.status;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last answer to a question that takes its time. It is kept for a while from when it came, and one at a time asks
 * again; who comes meanwhile gets the last answer, unless that is too old by far. Thread-safe.
 */
final class Recent<T> {

    /** How many times the freshness an answer may be old while a newer one is on its way. */
    private static final int OLD_AT_MOST = 10;

    private final Supplier<T> question;
    private final Duration fresh;
    private final LongSupplier nanoTime;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Answer<T> last;

    /** Keeps answers for so long. */
    Recent(Duration fresh, Supplier<T> question) {
        this(fresh, question, System::nanoTime);
    }

    Recent(Duration fresh, Supplier<T> question, LongSupplier nanoTime) {
        this.fresh = fresh;
        this.question = question;
        this.nanoTime = nanoTime;
    }

    private record Answer<T>(T value, long at) {}

    T get() {
        Answer<T> known = last;
        if (known != null && isWithin(known, fresh)) {
            return known.value();
        }
        if (known == null || !isWithin(known, fresh.multipliedBy(OLD_AT_MOST))) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return known.value();
        }
        try {
            return askUnlessAnswered();
        } finally {
            asking.unlock();
        }
    }

    private T askUnlessAnswered() {
        Answer<T> meanwhile = last;
        if (meanwhile != null && isWithin(meanwhile, fresh)) {
            return meanwhile.value();
        }
        T value = question.get();
        last = new Answer<>(value, nanoTime.getAsLong());
        return value;
    }

    private boolean isWithin(Answer<T> answer, Duration age) {
        return nanoTime.getAsLong() - answer.at() < age.toNanos();
    }
}
