package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DevEnvironmentTest {

    @Test
    void hasTheDefaultsOfALaptop() {
        DevEnvironment environment = of(Map.of());

        assertThat(environment.withMasterKey("generated"))
                .containsEntry("ORCH_BIND_HOST", "127.0.0.1")
                .containsEntry("ORCH_ADMIN_KEY", "dev-admin-key")
                .containsEntry("ORCH_MASTER_KEY", "generated")
                .containsEntry("ORCH_ENGINE_BACKEND", "subprocess")
                .containsEntry("ORCH_ENGINE_URL_MODE", "host")
                .containsEntry("ORCH_SUBPROCESS_FOLDER", "/state")
                .containsEntry("ORCH_SUBPROCESS_ENGINE", "/repository/engine/target/dist")
                .containsEntry("LLM_PROVIDER", "echo");
        assertThat(environment.notices()).singleElement().asString().contains("LLM_PROVIDER=echo");
        assertThat(environment.hasDefaultAdminKey()).isTrue();
    }

    @Test
    void keepsWhatTheUserSet() {
        Map<String, String> given = Map.of(
                "ORCH_ADMIN_KEY", "mine",
                "ORCH_MASTER_KEY", "my key",
                "ORCH_ENGINE_BACKEND", "docker",
                "ORCH_ENGINE_URL_MODE", "network",
                "ANTHROPIC_API_KEY", "sk-ant-x");

        DevEnvironment environment = of(given);

        assertThat(environment.withMasterKey("generated"))
                .containsAllEntriesOf(given)
                .doesNotContainKey("LLM_PROVIDER");
        assertThat(environment.notices()).isEmpty();
        assertThat(environment.hasDefaultAdminKey()).isFalse();
    }

    @Test
    void severalKeysTakeThePlaceOfItsOwn() {
        Map<String, String> given = Map.of("ORCH_ADMIN_KEYS", "alice:mine", "ORCH_MASTER_KEYS", "new,old");

        DevEnvironment environment = of(given);

        assertThat(environment.hasMasterKey()).isTrue();
        assertThat(environment.withMasterKey("generated"))
                .containsAllEntriesOf(given)
                .doesNotContainKeys("ORCH_ADMIN_KEY", "ORCH_MASTER_KEY");
        assertThat(environment.hasDefaultAdminKey()).isFalse();
    }

    @Test
    void listensOnLoopbackWhateverTheUserSet() {
        assertThat(of(Map.of("ORCH_BIND_HOST", "0.0.0.0")).variables()).containsEntry("ORCH_BIND_HOST", "127.0.0.1");
    }

    @Test
    void takesABlankVariableAsNotSet() {
        DevEnvironment environment = of(Map.of("ORCH_MASTER_KEY", "", "ORCH_ADMIN_KEY", " "));

        assertThat(environment.hasMasterKey()).isFalse();
        assertThat(environment.withMasterKey("generated")).containsEntry("ORCH_MASTER_KEY", "generated");
        assertThat(environment.hasDefaultAdminKey()).isTrue();
    }

    @Test
    void givesThePartsTheTimeThatEnginesNeedTwice() {
        assertThat(of(Map.of()).partsGrace()).isEqualTo(Duration.ofSeconds(80));
        assertThat(of(Map.of("ORCH_STOP_GRACE_S", "5")).partsGrace()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void doesNotShowItsSecrets() {
        assertThat(of(Map.of("ORCH_ADMIN_KEY", "mine"))).asString().doesNotContain("mine");
    }

    private static DevEnvironment of(Map<String, String> given) {
        return DevEnvironment.of(given, Path.of("/state"), Path.of("/repository"));
    }
}
