package ai.september.bap.registry.engine;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.engine.SealedKeyDao.Tokens;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.vault.SealedKeyException;
import ai.september.bap.registry.vault.Vault;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Brings the sealed keys of all engines under the first master key, while everybody is at work. Each batch is a
 * transaction of its own, and what is under the first key already is left alone: so it may end at any moment, and a
 * repetition goes on where it ended. Two at once do each other no harm.
 */
public final class MasterKeyRotation {

    private static final int BATCH = 500;

    /** A row that somebody holds now is free a moment later; whoever goes on sealing under an older key does not stop. */
    private static final int MOST_PASSES = 10;

    private static final long PAUSE_MS = 100;
    private static final EngineId BEFORE_ALL = new EngineId(new UUID(0, 0));

    private final Jdbi jdbi;
    private final Vault vault;

    /** One over the database that {@code jdbi} leads to. */
    public MasterKeyRotation(Jdbi jdbi, Vault vault) {
        this.jdbi = requireNonNull(jdbi, "jdbi");
        this.vault = requireNonNull(vault, "vault");
    }

    /** Hears how far the first pass has come: engines looked at, and keys sealed anew. */
    public interface Progress {
        void at(long engines, long resealed);
    }

    /**
     * How it ended.
     *
     * @param engines how many there were
     * @param resealed keys that were brought under the first master key
     * @param late keys that somebody sealed under an older one after this had passed: an API that does not know the first
     *     one as its first
     * @param left keys that the last look at all of them still found under an older one
     * @param unopenable engines with a key that no master key opens
     */
    public record Outcome(long engines, long resealed, long late, long left, List<EngineId> unopenable) {

        public Outcome {
            unopenable = List.copyOf(unopenable);
        }

        /** Whether the first master key opens every engine's key, and nobody has sealed one under another meanwhile. */
        public boolean isComplete() {
            return late == 0 && left == 0 && unopenable.isEmpty();
        }
    }

    /** How many engines there are now. */
    public long engines() {
        return jdbi.withExtension(SealedKeyDao.class, SealedKeyDao::count);
    }

    /**
     * Goes through all engines until a pass finds nothing to do any more, which is the proof that no key is left, or until
     * it is clear that somebody goes on sealing keys under an older master key.
     */
    public Outcome run(Progress progress) throws InterruptedException {
        Pass pass = new Pass(Set.of());
        pass.run(progress);
        long resealed = pass.resealed;
        long late = 0;
        for (int n = 1; n < MOST_PASSES && pass.found > 0; n++) {
            if (!pass.held.isEmpty()) {
                Thread.sleep(PAUSE_MS);
            }
            pass = new Pass(pass.held);
            pass.run((engines, soFar) -> {});
            resealed += pass.resealed;
            late += pass.unexpected;
        }
        return new Outcome(pass.engines, resealed, late, pass.found, List.copyOf(pass.unopenable));
    }

    /** A key of an engine as it was read, and the same sealed anew. */
    private record SealedToken(EngineId engineId, String old, String fresh) {

        @Override
        public String toString() {
            return "SealedToken[" + engineId + " REDACTED]";
        }
    }

    /** One walk through all engines, in the order of their ids. */
    private final class Pass {

        private final Set<EngineId> expected;
        private final Set<EngineId> held = new HashSet<>();
        private final Set<EngineId> unopenable = new LinkedHashSet<>();
        private long engines;
        private long found;
        private long resealed;
        private long unexpected;

        /** @param expected engines whose keys the pass before had to leave as they were */
        Pass(Set<EngineId> expected) {
            this.expected = expected;
        }

        void run(Progress progress) {
            EngineId last = BEFORE_ALL;
            for (List<Tokens> page = page(last); !page.isEmpty(); page = page(last)) {
                replace(page, tokens -> Optional.of(tokens.keyToken()));
                replace(page, tokens -> Optional.ofNullable(tokens.pendingKeyToken()));
                engines += page.size();
                last = page.get(page.size() - 1).engineId();
                progress.at(engines, resealed);
            }
        }

        private List<Tokens> page(EngineId after) {
            return jdbi.withExtension(SealedKeyDao.class, keys -> keys.page(after, BATCH));
        }

        private void replace(List<Tokens> page, Function<Tokens, Optional<String>> which) {
            List<SealedToken> older = page.stream()
                    .flatMap(tokens ->
                            which.apply(tokens).stream().flatMap(token -> reseal(tokens.engineId(), token).stream()))
                    .toList();
            if (!older.isEmpty()) {
                note(older, replace(older));
            }
        }

        private Optional<SealedToken> reseal(EngineId engine, String token) {
            try {
                return vault.reseal(token).map(fresh -> new SealedToken(engine, token, fresh));
            } catch (SealedKeyException nobodysKey) {
                unopenable.add(engine);
                return Optional.empty();
            }
        }

        private Set<EngineId> replace(List<SealedToken> tokens) {
            return jdbi.withExtension(
                    SealedKeyDao.class,
                    keys -> keys.replace(
                            tokens.stream().map(SealedToken::engineId).toList(),
                            tokens.stream().map(SealedToken::old).toList(),
                            tokens.stream().map(SealedToken::fresh).toList()));
        }

        private void note(List<SealedToken> older, Set<EngineId> replaced) {
            found += older.size();
            resealed += replaced.size();
            for (SealedToken token : older) {
                if (!replaced.contains(token.engineId())) {
                    held.add(token.engineId());
                }
                if (!expected.contains(token.engineId())) {
                    unexpected++;
                }
            }
        }
    }
}
