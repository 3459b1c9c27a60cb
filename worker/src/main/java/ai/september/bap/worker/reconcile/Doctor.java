package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.registry.host.InstallationDao;
import ai.september.bap.registry.id.InstallationId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;

/**
 * Says what rows and reality disagree about, and changes nothing. It holds no locks, so that work goes on meanwhile; what it
 * finds it looks for twice, lest something that is just on its way be taken for something that is wrong. Thread-safe.
 */
public final class Doctor {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Of those who ask while it looks for another. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Lock looking = new ReentrantLock();
    private final Jdbi jdbi;
    private final Disagreements disagreements;
    private final ForeignThings.Source foreign;

    public Doctor(Jdbi jdbi, Disagreements disagreements, ForeignThings.Source foreign) {
        this.jdbi = jdbi;
        this.disagreements = disagreements;
        this.foreign = foreign;
    }

    /**
     * Looks at all there is. One look at a time.
     *
     * @throws RuntimeException if database or container daemon do not answer
     */
    public Examination examine() throws InterruptedException {
        if (!looking.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw BackendException.passing("it is looking for somebody else; ask again in a while", null);
        }
        try {
            return examineAlone();
        } finally {
            looking.unlock();
        }
    }

    private Examination examineAlone() throws InterruptedException {
        InstallationId installation = jdbi.withExtension(InstallationDao.class, InstallationDao::id);
        Look first = look();
        Look last = first;
        if (!first.findings.isEmpty()) {
            Thread.sleep(PAUSE.toMillis());
            last = look();
            last.findings.removeIf(finding -> first.findings.stream().noneMatch(finding::isAgain));
        }
        return new Examination(
                installation,
                disagreements.views().hostId(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                last.findings,
                last.notLookedAt,
                foreign.find());
    }

    private record Look(List<Finding> findings, List<String> notLookedAt) {}

    private Look look() throws InterruptedException {
        HostView view = disagreements.views().ofHost();
        Look look = new Look(new ArrayList<>(), new ArrayList<>());
        view.runsUnknown().ifPresent(look.notLookedAt::add);
        for (Disagreement disagreement : disagreements.kinds()) {
            try {
                look.findings.addAll(disagreement.find(view));
            } catch (RuntimeException failed) {
                look.notLookedAt.add(
                        disagreement.getClass().getSimpleName() + " could not be looked for: " + reason(failed));
            }
        }
        return look;
    }

    /** What anybody may read who gets to the admin port: no statement of the database, whatever is in it. */
    static String reason(RuntimeException failed) {
        return failed instanceof BackendException
                ? String.valueOf(failed.getMessage())
                : failed.getClass().getSimpleName();
    }
}
