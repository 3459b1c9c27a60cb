package ai.september.bap.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ImageRef;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {

    private static Images images(String backend) {
        return new Images(ConfigurationLoader.load(
                        Role.WORKER,
                        Map.of(
                                "ORCH_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing",
                                "ORCH_ENGINE_IMAGE", "standard:1",
                                "ORCH_ENGINE_IMAGES_ALLOWED", "engine:2.*, x?/engine:3",
                                "ORCH_ALLOW_SUBPROCESS", "true",
                                "ORCH_ENGINE_BACKEND", backend))
                .engine());
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard:1", "engine:2.", "engine:2.7-beta", "xy/engine:3"})
    void theStandardOneAndWhatTheOperatorsGlobsNameMayBeUsed(String image) {
        assertThat(images("docker").check(new ImageRef(image))).isEqualTo(new ImageRef(image));
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine:1", "engine:2x1", "a/engine:2.1", "x/engine:3", "standard:11"})
    void anotherIsDenied(String image) {
        assertThatThrownBy(() -> images("docker").check(new ImageRef(image)))
                .isInstanceOfSatisfying(
                        BapException.class, denied -> assertThat(denied.code()).isEqualTo(ErrorCode.POLICY_DENIED))
                .hasMessageContaining("standard:1", "ORCH_ENGINE_IMAGES_ALLOWED");
    }

    @Test
    void subprocessEnginesAreOfTheStandardOneOnly() {
        assertThat(images("subprocess").check(new ImageRef("standard:1"))).isEqualTo(new ImageRef("standard:1"));
        assertThatThrownBy(() -> images("subprocess").check(new ImageRef("engine:2.1")))
                .isInstanceOfSatisfying(
                        BapException.class, denied -> assertThat(denied.code()).isEqualTo(ErrorCode.POLICY_DENIED))
                .hasMessageContaining("standard:1")
                .hasMessageNotContaining("ORCH_ENGINE_IMAGES_ALLOWED");
    }
}
