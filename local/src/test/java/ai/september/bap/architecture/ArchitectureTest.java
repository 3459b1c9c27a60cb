package ai.september.bap.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Dependencies point one way, and a third-party library has one home. */
@AnalyzeClasses(packages = "ai.september.bap", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** Who owns a transaction opens and closes it; what is said in it, statements and mappings, is the registry's. */
    private static final Set<String> TRANSACTION = Set.of(
            "org.jdbi.v3.core.Jdbi",
            "org.jdbi.v3.core.Handle",
            "org.jdbi.v3.core.HandleCallback",
            "org.jdbi.v3.core.HandleConsumer",
            "org.jdbi.v3.core.extension.ExtensionCallback",
            "org.jdbi.v3.core.extension.ExtensionConsumer");

    @ArchTest
    static final ArchRule DEPENDENCIES_POINT_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("registry")
            .definedBy("ai.september.bap.registry..")
            .layer("workflows")
            .definedBy("ai.september.bap.workflows..")
            .layer("activities")
            .definedBy("ai.september.bap.activities..")
            .layer("process")
            .definedBy("ai.september.bap.process..")
            .layer("worker")
            .definedBy("ai.september.bap.worker..")
            .layer("api")
            .definedBy("ai.september.bap.api..")
            .layer("local")
            .definedBy("ai.september.bap.local..")
            .whereLayer("local")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("local")
            .whereLayer("worker")
            .mayOnlyBeAccessedByLayers("local")
            .whereLayer("process")
            .mayOnlyBeAccessedByLayers("worker", "api", "local")
            .whereLayer("activities")
            .mayOnlyBeAccessedByLayers("worker")
            .whereLayer("workflows")
            .mayOnlyBeAccessedByLayers("activities", "process", "worker", "api");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("ai.september.bap.(*).(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule BOUNCY_CASTLE_LIVES_IN_THE_VAULT =
            home("org.bouncycastle..", "ai.september.bap.registry.vault..");

    @ArchTest
    static final ArchRule FLYWAY_LIVES_IN_THE_DATABASE_PACKAGE =
            home("org.flywaydb..", "ai.september.bap.registry.database..");

    @ArchTest
    static final ArchRule THE_DRIVER_LIVES_IN_THE_REGISTRY =
            home("org.postgresql..", "ai.september.bap.registry..", "ai.september.bap.testing..");

    @ArchTest
    static final ArchRule CRON_LIVES_WITH_THE_SCHEDULES =
            home("com.cronutils..", "ai.september.bap.registry.schedule..");

    @ArchTest
    static final ArchRule JAX_RS_LIVES_IN_THE_API = home("jakarta.ws.rs..", "ai.september.bap.api..");

    @ArchTest
    static final ArchRule SWAGGER_LIVES_IN_THE_API = home("io.swagger..", "ai.september.bap.api..");

    @ArchTest
    static final ArchRule DOCKER_LIVES_IN_ITS_BACKEND =
            home("com.github.dockerjava..", "ai.september.bap.activities.docker..");

    @ArchTest
    static final ArchRule PICOCLI_LIVES_IN_THE_COMMANDS =
            home("picocli..", "ai.september.bap.local.cli..", "ai.september.bap.local.dev..");

    @ArchTest
    static final ArchRule TEMPORAL_LIVES_WHERE_WORK_IS_DESCRIBED_DONE_AND_HOSTED = home(
            "io.temporal..",
            "ai.september.bap.workflows..",
            "ai.september.bap.activities.steps..",
            "ai.september.bap.activities.monitor..",
            "ai.september.bap.worker..",
            "ai.september.bap.process.temporal..",
            "ai.september.bap.local.temporal..");

    @ArchTest
    static final ArchRule DROPWIZARD_LIVES_IN_WHAT_IS_A_PROCESS = home(
            "io.dropwizard..",
            "ai.september.bap.process..",
            "ai.september.bap.api..",
            "ai.september.bap.worker..",
            "ai.september.bap.local.dev..");

    @ArchTest
    static final ArchRule JETTY_LIVES_AT_THE_EDGE_OF_HTTP =
            home("org.eclipse.jetty..", "ai.september.bap.process..", "ai.september.bap.api.http..");

    @ArchTest
    static final ArchRule CAFFEINE_REMEMBERS_WHO_TRIES_WRONG_KEYS =
            home("com.github.benmanes.caffeine..", "ai.september.bap.api.http..");

    @ArchTest
    static final ArchRule GUAVA_READS_ADDRESSES =
            home("com.google.common..", "ai.september.bap.process.configuration..", "ai.september.bap.api.http..");

    @ArchTest
    static final ArchRule MICROMETER_LIVES_IN_WHAT_IS_A_PROCESS = home(
            "io.micrometer..", "ai.september.bap.process..", "ai.september.bap.api..", "ai.september.bap.worker..");

    @ArchTest
    static final ArchRule OPENTELEMETRY_LIVES_WHERE_SPANS_BEGIN_AND_END = home(
            "io.opentelemetry..",
            "ai.september.bap.process.traces..",
            "ai.september.bap.process.temporal..",
            "ai.september.bap.api.http..");

    @ArchTest
    static final ArchRule LOGBACK_IS_SET_UP_BY_WHO_OWNS_THE_JVM =
            home("ch.qos.logback..", "ai.september.bap.process.logging..", "ai.september.bap.local.dev..");

    @ArchTest
    static final ArchRule WORKFLOWS_TOUCH_NOTHING_BUT_TEMPORAL_AND_THE_VOCABULARY = noClasses()
            .that()
            .haveSimpleNameEndingWith("WorkflowImpl")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio..", "java.sql..", "java.io..", "org.jdbi..");

    @ArchTest
    static final ArchRule SQL_LIVES_IN_THE_REGISTRY = noClasses()
            .that()
            .resideOutsideOfPackages("ai.september.bap.registry..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.jdbi..")
                    .and(DescribedPredicate.not(DescribedPredicate.describe(
                            "are a transaction", type -> TRANSACTION.contains(type.getName())))));

    @ArchTest
    static final ArchRule NO_CATCH_ALL_NAMES = noClasses()
            .should()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager");

    private static ArchRule home(String library, String... homes) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat(new DescribedPredicate<JavaClass>("reside in " + library) {
                    private final String prefix = library.replace("..", ".");

                    @Override
                    public boolean test(JavaClass type) {
                        return type.getPackageName().concat(".").startsWith(prefix);
                    }
                })
                .allowEmptyShould(true);
    }
}
