package ai.september.bap.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Set;

/** The engine depends on nothing of ours, and loads a provider's SDK from that provider's package only. */
@AnalyzeClasses(locations = EngineArchitectureTest.Engine.class)
class EngineArchitectureTest {

    @ArchTest
    static final ArchRule NOTHING_OF_THE_ORCHESTRATOR =
            noClasses().should().dependOnClassesThat().resideInAPackage("ai.september.bap..");

    @ArchTest
    static final ArchRule ANTHROPIC_LIVES_IN_ITS_PROVIDER = home("com.anthropic..", "..provider.anthropic..");

    @ArchTest
    static final ArchRule OPENAI_LIVES_IN_ITS_PROVIDER = home("com.openai..", "..provider.openai..");

    @ArchTest
    static final ArchRule SQLITE_LIVES_IN_THE_BRAIN = home("org.sqlite..", "..engine.brain..");

    private static ArchRule home(String library, String home) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    /** Its classes as built: it is not on this module's class path. */
    static final class Engine implements LocationProvider {

        @Override
        public Set<Location> get(Class<?> testClass) {
            return Set.of(Location.of(Path.of("..", "engine", "target", "classes")));
        }
    }
}
