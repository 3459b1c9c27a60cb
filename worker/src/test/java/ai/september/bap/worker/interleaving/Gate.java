package ai.september.bap.worker.interleaving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where whatever is done to one user's engine waits until it is let go on: one at a time, so that a seed decides the order.
 * The scheduler lets somebody go on when nobody moves. Interruptions do not end a wait: a call that is under way at a
 * container daemon is not taken back by them either. Thread-safe.
 */
final class Gate {

    /** What an actor is about to do whose probe has arrived. */
    static final String ASKS = "asks for its health";

    private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

    private final List<Actor> actors = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<String, Run> runs = new HashMap<>();

    /** What a run in Temporal does. */
    private enum Run {
        /** It is between two steps, and will come to the next, or to its end. */
        MOVES,
        /** It waits for a step. */
        WAITS,
        ENDED
    }

    /** Who goes through the gate. */
    enum Kind {
        /** Brings an operation to Temporal. */
        STARTER,
        /** A step beside the container daemon. */
        STEP,
        /** A step that only writes to the registry. */
        RECORD
    }

    /** How somebody goes on. */
    enum Fate {
        GOES_ON,
        /** Does nothing any more. */
        DIES,
        /** Does what it is about to do, and nobody is told. */
        LOSES_ITS_ANSWER
    }

    private enum State {
        MOVES,
        PARKED,
        /** Waits for the engine's lock, which somebody has who is parked. */
        BLOCKED,
        GONE
    }

    /** Thrown by whoever waits at the gate and is to die there; no code of the product's catches it. */
    static final class Died extends Error {

        Died() {
            super("its process died");
        }
    }

    /** What an actor does. */
    interface Work<T> {
        T run() throws Exception;
    }

    /** One that goes through the gate again and again. */
    final class Actor {

        final Kind kind;
        final String name;
        private final @Nullable String run;
        private State state = State.MOVES;
        private String at = "";
        private @Nullable Fate fate;
        private int parks;
        private int lockTries;
        private boolean zombie;

        private Actor(Kind kind, String name, @Nullable String run) {
            this.kind = kind;
            this.name = name;
            this.run = run;
        }

        /**
         * Waits until it is let go on.
         *
         * @param what it is about to do
         */
        Fate park(String what) {
            Fate came = await(what);
            if (came == Fate.DIES) {
                throw new Died();
            }
            return came;
        }

        private Fate await(String what) {
            synchronized (Gate.this) {
                if (state == State.GONE) {
                    return Fate.GOES_ON;
                }
                int mine = ++parks;
                state = State.PARKED;
                at = what;
                fate = null;
                Gate.this.notifyAll();
                // Who was interrupted while its probe waited here has gone, or is parked somewhere else by now.
                while (fate == null && parks == mine && state != State.GONE) {
                    waitForChange(0);
                }
                return fate == null ? Fate.GOES_ON : fate;
            }
        }

        Gate gate() {
            return Gate.this;
        }

        /** Does its work as this actor, and leaves. */
        <T> T act(Work<T> work) throws Exception {
            CURRENT.set(this);
            try {
                return work.run();
            } finally {
                CURRENT.remove();
                leave();
            }
        }

        private void leave() {
            synchronized (Gate.this) {
                state = State.GONE;
                actors.remove(this);
                if (run != null && !zombie) {
                    runs.put(run, runs.get(run) == Run.ENDED ? Run.ENDED : Run.MOVES);
                }
                Gate.this.notifyAll();
            }
        }

        /** It has tried to get the engine's lock; the second time it did not get it the time before. */
        void triesLock() {
            synchronized (Gate.this) {
                if (++lockTries > 1) {
                    state = State.BLOCKED;
                    Gate.this.notifyAll();
                }
            }
        }

        /** Its worker is thought to be dead, and its run goes on without it; and yet it will go on. */
        void becomeZombie() {
            synchronized (Gate.this) {
                zombie = true;
                if (run != null && runs.get(run) != Run.ENDED) {
                    runs.put(run, Run.MOVES);
                }
            }
        }

        boolean isZombie() {
            synchronized (Gate.this) {
                return zombie;
            }
        }

        /** Whether nobody waits for it any more, and it goes on all the same. */
        boolean isStale() {
            synchronized (Gate.this) {
                return zombie || (run != null && runs.get(run) == Run.ENDED);
            }
        }

        /** Whether it waits in a thread of its own for an engine's answer. */
        boolean isAskingForHealth() {
            synchronized (Gate.this) {
                return at.equals(ASKS);
            }
        }

        /** Who it is and what it is about to do. */
        @Override
        public String toString() {
            synchronized (Gate.this) {
                return (isStale() ? "stale " : "") + name + ": " + at;
            }
        }
    }

    /** Who acts in this thread; null if nobody does. */
    static @Nullable Actor current() {
        return CURRENT.get();
    }

    /**
     * Somebody begins to move.
     *
     * @param name one that an order by names makes sense of, whatever the order of arrival
     * @param run the run that waits for it meanwhile; null if none does
     */
    synchronized Actor enter(Kind kind, String name, @Nullable String run) {
        int same = names.merge(name, 1, Integer::sum);
        Actor actor = new Actor(kind, same == 1 ? name : name + " (" + same + ")", run);
        actors.add(actor);
        if (run != null && runs.get(run) != Run.ENDED) {
            runs.put(run, Run.WAITS);
        }
        return actor;
    }

    /** There is a run; no-op if that is known, or it has ended. */
    synchronized void runBegan(String run) {
        runs.putIfAbsent(run, Run.MOVES);
    }

    /** It will come to no other step. */
    synchronized void runEnded(String run) {
        runs.put(run, Run.ENDED);
        notifyAll();
    }

    /** The engine's lock is free: whoever waits for it may get it. */
    synchronized void lockReleased() {
        for (Actor actor : actors) {
            actor.lockTries = 0;
            if (actor.state == State.BLOCKED) {
                actor.state = State.MOVES;
            }
        }
    }

    /** Those who wait to be let go on, by their names, once nobody moves. */
    synchronized List<Actor> awaitQuiet(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (isAnyMoving()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("somebody does not come to rest: " + describe());
            }
            waitForChange(left);
        }
        return parked();
    }

    private boolean isAnyMoving() {
        boolean anyParked = !parked().isEmpty();
        return runs.containsValue(Run.MOVES)
                || actors.stream()
                        .anyMatch(actor -> actor.state == State.MOVES || (actor.state == State.BLOCKED && !anyParked));
    }

    private List<Actor> parked() {
        return actors.stream()
                .filter(actor -> actor.state == State.PARKED)
                .sorted(Comparator.comparing(actor -> actor.name))
                .toList();
    }

    private String describe() {
        List<String> all = new ArrayList<>();
        actors.forEach(actor -> all.add(actor.state + " " + actor));
        return all + ", runs " + runs;
    }

    /** Lets somebody go on who waits. */
    synchronized void release(Actor actor, Fate fate) {
        actor.fate = fate;
        actor.state = State.MOVES;
        notifyAll();
    }

    /** Its callers ask again whether what they wait for has come. */
    @SuppressWarnings("WaitNotInLoop")
    private void waitForChange(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException notHere) {
            // See the class.
        }
    }
}
