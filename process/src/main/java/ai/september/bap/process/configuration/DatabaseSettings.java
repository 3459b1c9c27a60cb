package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.process.Role;
import ai.september.bap.registry.database.DatabaseUrl;

/**
 * The PostgreSQL this process keeps the truth in.
 *
 * @param poolSize most connections held
 */
public record DatabaseSettings(DatabaseUrl url, int poolSize) {

    private static final int MAX_POOL = 1_000;

    /** A step holds one connection and needs another; heartbeat and relay need theirs. */
    private static final int SMALLEST_WORKER_POOL = 4;

    private static final int TASK_POOL = 2;

    /** Migrating takes two connections, and some have to be left when others wait for locks. */
    private static final int SMALLEST_API_POOL = 4;

    public DatabaseSettings {
        requireNonNull(url, "url");
    }

    static Draft<DatabaseSettings> read(Role role, SettingsReader in) {
        Setting<DatabaseUrl> url = in.judged("database.url", DatabaseUrl::parse);
        Setting<Integer> apiPool = in.whole("database.apiPool", SMALLEST_API_POOL, MAX_POOL);
        Setting<Integer> workerPool = in.whole("database.workerPool", SMALLEST_WORKER_POOL, MAX_POOL);
        return () -> new DatabaseSettings(
                url.value(),
                switch (role) {
                    case API -> apiPool.value();
                    case WORKER -> workerPool.value();
                    case DB, MASTER_KEY_ROTATION -> TASK_POOL;
                });
    }
}
