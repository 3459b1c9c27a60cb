package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

import ai.september.bap.process.Role;
import ai.september.bap.registry.vault.MasterKeys;
import io.dropwizard.core.Configuration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a process was told, checked. Made by {@link ConfigurationLoader}; Dropwizard's own server and logging
 * sections are derived from ours, so that one file in one vocabulary says it all.
 */
public final class OrchestratorConfiguration extends Configuration {

    private final Role role;
    private final HttpSettings http;
    private final DatabaseSettings database;
    private final @Nullable MasterKeys masterKeys;
    private final @Nullable KeySettings keys;
    private final TemporalSettings temporal;
    private final WorkerSettings worker;
    private final EngineSettings engine;
    private final HealthSettings health;
    private final EngineLogSettings engineLogs;
    private final ReconcilerSettings reconciler;
    private final OperationSettings operations;
    private final LogSettings log;
    private final TraceSettings traces;
    private final List<String> warnings;

    OrchestratorConfiguration(
            Role role,
            HttpSettings http,
            DatabaseSettings database,
            @Nullable MasterKeys masterKeys,
            @Nullable KeySettings keys,
            TemporalSettings temporal,
            WorkerSettings worker,
            EngineSettings engine,
            HealthSettings health,
            EngineLogSettings engineLogs,
            ReconcilerSettings reconciler,
            OperationSettings operations,
            LogSettings log,
            TraceSettings traces,
            List<String> warnings) {
        this.role = requireNonNull(role, "role");
        this.http = requireNonNull(http, "http");
        this.database = requireNonNull(database, "database");
        this.masterKeys = masterKeys;
        this.keys = keys;
        this.temporal = requireNonNull(temporal, "temporal");
        this.worker = requireNonNull(worker, "worker");
        this.engine = requireNonNull(engine, "engine");
        this.health = requireNonNull(health, "health");
        this.engineLogs = requireNonNull(engineLogs, "engineLogs");
        this.reconciler = requireNonNull(reconciler, "reconciler");
        this.operations = requireNonNull(operations, "operations");
        this.log = requireNonNull(log, "log");
        this.traces = requireNonNull(traces, "traces");
        this.warnings = List.copyOf(warnings);
    }

    static Draft<OrchestratorConfiguration> read(Role role, SettingsReader in) {
        Draft<DatabaseSettings> database = DatabaseSettings.read(role, in);
        Setting<MasterKeys> masterKeys = role.knowsMasterKeys() ? readMasterKeys(in) : null;
        Draft<KeySettings> keys = role == Role.API ? KeySettings.read(in) : null;
        Draft<HttpSettings> http = HttpSettings.read(role, in);
        Draft<TemporalSettings> temporal = TemporalSettings.read(in);
        Draft<WorkerSettings> worker = WorkerSettings.read(in);
        Draft<EngineSettings> engine = EngineSettings.read(in);
        Draft<HealthSettings> health = HealthSettings.read(in);
        Draft<EngineLogSettings> engineLogs = EngineLogSettings.read(in, http, database);
        Draft<ReconcilerSettings> reconciler = ReconcilerSettings.read(in);
        Draft<OperationSettings> operations = OperationSettings.read(in, engine);
        Draft<LogSettings> log = LogSettings.read(in);
        Draft<TraceSettings> traces = TraceSettings.read(in);
        return () -> new OrchestratorConfiguration(
                role,
                http.make(),
                database.make(),
                masterKeys == null ? null : masterKeys.value(),
                keys == null ? null : keys.make(),
                temporal.make(),
                worker.make(),
                engine.make(),
                health.make(),
                engineLogs.make(),
                reconciler.make(),
                operations.make(),
                log.make(),
                traces.make(),
                in.warnings());
    }

    private static Setting<MasterKeys> readMasterKeys(SettingsReader in) {
        return in.judged(
                "keys.master",
                single -> MasterKeys.parse(single, in.text("keys.masters").orElse(null)));
    }

    public Role role() {
        return role;
    }

    public HttpSettings http() {
        return http;
    }

    public DatabaseSettings database() {
        return database;
    }

    /**
     * What engine keys are sealed under.
     *
     * @throws IllegalStateException in a process that does not know them
     */
    public MasterKeys masterKeys() {
        if (masterKeys == null) {
            throw new IllegalStateException(role.label() + " does not know the master keys");
        }
        return masterKeys;
    }

    /**
     * The keys that callers show.
     *
     * @throws IllegalStateException in any process but the API, which alone knows them
     */
    public KeySettings keys() {
        if (keys == null) {
            throw new IllegalStateException("only the API has keys, not " + role.label());
        }
        return keys;
    }

    public TemporalSettings temporal() {
        return temporal;
    }

    public WorkerSettings worker() {
        return worker;
    }

    public EngineSettings engine() {
        return engine;
    }

    public HealthSettings health() {
        return health;
    }

    public EngineLogSettings engineLogs() {
        return engineLogs;
    }

    public ReconcilerSettings reconciler() {
        return reconciler;
    }

    public OperationSettings operations() {
        return operations;
    }

    public LogSettings log() {
        return log;
    }

    public TraceSettings traces() {
        return traces;
    }

    /** What the operator should know although it is legal; one line each, to be logged at the start. */
    public List<String> warnings() {
        return warnings;
    }

    /** Nothing of it: settings hold secrets. */
    @Override
    public String toString() {
        return "OrchestratorConfiguration[" + role.label() + "]";
    }
}
