package ai.september.bap.api;

import ai.september.bap.api.activity.Activity;
import ai.september.bap.api.admin.AdminEngineResource;
import ai.september.bap.api.admin.AdminFleetResource;
import ai.september.bap.api.admin.ProductAdminResource;
import ai.september.bap.api.audit.AuditListing;
import ai.september.bap.api.audit.AuditResource;
import ai.september.bap.api.engine.AdmitMetrics;
import ai.september.bap.api.engine.AdmitResource;
import ai.september.bap.api.engine.AdmitService;
import ai.september.bap.api.engine.DeniedAdmits;
import ai.september.bap.api.engine.EngineResource;
import ai.september.bap.api.engine.EngineService;
import ai.september.bap.api.engine.EngineViews;
import ai.september.bap.api.engine.Images;
import ai.september.bap.api.engine.OperationRunner;
import ai.september.bap.api.engine.ScheduleResource;
import ai.september.bap.api.engine.Turns;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.AsyncAnswers;
import ai.september.bap.api.http.HttpChassis;
import ai.september.bap.api.http.Json;
import ai.september.bap.api.http.RequestTraces;
import ai.september.bap.api.logs.EngineLogResource;
import ai.september.bap.api.logs.EngineLogs;
import ai.september.bap.api.logs.LogSources;
import ai.september.bap.api.openapi.ApiDescription;
import ai.september.bap.api.openapi.DocsResource;
import ai.september.bap.api.openapi.OpenApiResource;
import ai.september.bap.api.operation.OperationDispatcher;
import ai.september.bap.api.operation.OperationEvents;
import ai.september.bap.api.operation.OperationEventsResource;
import ai.september.bap.api.operation.OperationListResource;
import ai.september.bap.api.operation.OperationQueries;
import ai.september.bap.api.operation.OperationResource;
import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.api.operation.Patience;
import ai.september.bap.api.operation.Replies;
import ai.september.bap.api.product.PlatformKeyResource;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.api.product.PolicyReader;
import ai.september.bap.api.product.ProductResource;
import ai.september.bap.api.status.FleetMetrics;
import ai.september.bap.api.status.FleetResource;
import ai.september.bap.api.status.HealthResource;
import ai.september.bap.api.status.Subsystems;
import ai.september.bap.api.status.WorkMetrics;
import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.database.DatabasePool;
import ai.september.bap.process.metrics.BuildInfo;
import ai.september.bap.process.metrics.OperationMetrics;
import ai.september.bap.process.metrics.ProcessMetrics;
import ai.september.bap.process.server.BeforeStop;
import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.process.traces.Tracing;
import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.deletion.ProductDeletions;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationListener;
import ai.september.bap.registry.operation.ProvisionTurns;
import ai.september.bap.registry.product.PlatformKeyRing;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.ratelimit.AdmitLog;
import ai.september.bap.registry.ratelimit.RateLimiter;
import ai.september.bap.registry.schedule.Schedules;
import ai.september.bap.registry.vault.ApiKey;
import ai.september.bap.registry.vault.KeyGenerator;
import ai.september.bap.registry.vault.Vault;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.ProductDeletionStarter;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** The API process, and its composition root. */
public final class ApiApplication extends Application<OrchestratorConfiguration> {

    /** Starts the process; the argument names the configuration file. */
    public static void main(String[] arguments) {
        ProcessMain.run(Role.API, arguments, ApiApplication::new);
    }

    @Override
    public String getName() {
        return Role.API.label();
    }

    @Override
    public void initialize(Bootstrap<OrchestratorConfiguration> bootstrap) {
        bootstrap.setObjectMapper(Json.forResponses());
    }

    /** Waits for PostgreSQL, then serves; Temporal may come later. What is managed stops in reverse order. */
    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) throws InterruptedException {
        ProcessMetrics metrics = new ProcessMetrics(Role.API);
        metrics.serve(environment);
        HttpChassis.install(configuration, environment, metrics.registry());
        Tracing tracing = Tracing.open(configuration.traces(), Role.API);
        environment.lifecycle().manage(tracing);
        RequestTraces.install(environment, tracing);

        DatabasePool.migrate(configuration.database());
        ManagedDataSource database = DatabasePool.open(configuration.database(), Role.API, metrics.registry());
        environment.lifecycle().manage(database);
        Migrations migrations = new Migrations(database);
        Jdbi jdbi = RegistryJdbi.create(database, DatabasePool.TRANSACTION_PATIENCE);
        Activity activity = new Activity(jdbi, metrics.registry());
        environment.lifecycle().manage(activity);
        TemporalConnection temporal =
                TemporalConnection.open(configuration.temporal(), Role.API, metrics.registry(), tracing);
        environment.lifecycle().manage(temporal);
        Executors.prepare(environment, temporal);

        KeyGenerator keys = new KeyGenerator(new SecureRandom());
        Vault vault = new Vault(configuration.masterKeys());
        ExecutorService continuations = metrics.measured("continuation", Executors.continuations(environment));
        OperationWaiters waiters = new OperationWaiters(jdbi, continuations);
        environment.lifecycle().addEventListener(new BeforeStop(waiters::stop));
        Executors.listen(
                environment,
                OperationListener.ofEnds(
                        () -> DatabasePool.connect(configuration.database(), Role.API),
                        waiters::ended,
                        waiters::pollNowAndThen));
        OperationLedger ledger = new OperationLedger(jdbi);
        ExecutorService dispatch = metrics.measured("dispatch", Executors.dispatch(environment));
        OperationDispatcher dispatcher = new OperationDispatcher(
                ledger,
                new OperationStarter(temporal.client(), ledger),
                new ProductDeletionStarter(temporal.client()),
                tracing.carried(dispatch),
                tracing.carried(OperationDispatcher.onceHeardOf(dispatch)));
        int atOnce = Math.max(1, configuration.database().poolSize() / 2);
        OperationRunner runner = new OperationRunner(
                new Turns(atOnce, Executors.turns(environment, atOnce)),
                new Lifecycle(jdbi, sealedKeys(keys, vault), new OperationMetrics(metrics.registry())),
                new ProvisionTurns(jdbi),
                dispatcher,
                waiters,
                continuations,
                metrics.registry());

        AdminAuthentication adminKey =
                new AdminAuthentication(configuration.keys().admin());
        Products products = new Products(jdbi);
        PlatformKeys platformKeys = new PlatformKeys(products, activity);
        Patience patience = new Patience(configuration.operations().requestWait());
        Images images = new Images(configuration.engine());
        EngineViews views = new EngineViews(vault, configuration.engine());
        OperationQueries operations = new OperationQueries(jdbi);
        Replies replies = new Replies(operations, new AsyncAnswers(continuations));
        AdmitService admits = new AdmitService(
                jdbi,
                new RateLimiter(
                        new AdmitLog(jdbi),
                        Math.max(1, configuration.database().poolSize() / 4),
                        metrics.measured("limit", Executors.limits(environment))),
                runner,
                views,
                images,
                new DeniedAdmits(jdbi, continuations),
                activity,
                metrics.measured("herd", Executors.herd(environment)),
                new AdmitMetrics(metrics.registry()));
        EngineService engines = new EngineService(jdbi, runner, views, images);

        OperationEvents events = new OperationEvents(operations, Executors.events(environment));
        environment.lifecycle().addEventListener(new BeforeStop(events::stop));
        EngineLogs logs = new EngineLogs(
                new LogSources(jdbi), Executors.logs(environment, EngineLogs.MOST_AT_ONCE), metrics.registry());
        environment.lifecycle().addEventListener(new BeforeStop(logs::stop));
        AuditListing audit = new AuditListing(jdbi);
        PolicyReader policies =
                PolicyReader.within(configuration.engine().docker().limits().most());
        List<Object> resources = List.of(
                new AdmitResource(platformKeys, patience, admits, replies),
                new EngineResource(platformKeys, patience, engines, replies),
                new EngineLogResource(platformKeys, jdbi, logs, new AsyncAnswers(continuations)),
                new ScheduleResource(platformKeys, new Schedules(jdbi)),
                new ProductResource(adminKey, products, keys, policies),
                new PlatformKeyResource(adminKey, platformKeys, new PlatformKeyRing(jdbi), keys),
                new OperationResource(adminKey, platformKeys, operations),
                new OperationListResource(platformKeys, operations),
                new OperationEventsResource(adminKey, platformKeys, operations, events),
                new AuditResource(platformKeys, audit),
                new FleetResource(platformKeys, products, jdbi),
                new ProductAdminResource(adminKey, products, new ProductDeletions(jdbi), dispatcher::dispatchDeletion),
                new AdminEngineResource(adminKey, patience, jdbi, engines, views, replies),
                new AdminFleetResource(adminKey, jdbi, operations, audit),
                new HealthResource(new Subsystems(migrations, jdbi, temporal)));
        resources.forEach(environment.jersey()::register);
        environment.jersey().register(new DocsResource());
        environment.jersey().register(new OpenApiResource(ApiDescription.of(classes(resources), BuildInfo.version())));
        FleetMetrics.register(metrics.registry(), jdbi, waiters);
        WorkMetrics.register(metrics.registry(), jdbi);
        HealthChecks.register(environment, migrations, temporal);
    }

    private static Set<Class<?>> classes(List<Object> resources) {
        Set<Class<?>> classes = new LinkedHashSet<>();
        resources.forEach(resource -> classes.add(resource.getClass()));
        return classes;
    }

    private static Supplier<SealedKey> sealedKeys(KeyGenerator keys, Vault vault) {
        return () -> {
            ApiKey key = keys.engineKey();
            return new SealedKey(key.hash(), vault.seal(key));
        };
    }
}
