package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.registry.id.ImageRef;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images from a registry that wants a login. */
class PullIT extends DockerFixture {

    private ImageRegistry images;
    private ImageRef name;
    private DockerDaemon loggedIn;

    @BeforeEach
    void publish() throws Exception {
        images = new ImageRegistry();
        images.push("1", "first");
        name = images.image("1");
        loggedIn = images.login(home);
    }

    @AfterEach
    void forget() throws Exception {
        loggedIn.close();
        images.close();
        client.listImagesCmd()
                .withReferenceFilter(images.host() + "/" + ImageRegistry.REPOSITORY)
                .exec()
                .forEach(image ->
                        client.removeImageCmd(image.getId()).withForce(true).exec());
    }

    private DockerBackend backend(PullPolicy policy) {
        return new DockerBackend(loggedIn, settings(List.of("migrate"), Duration.ofMinutes(1), policy));
    }

    @Test
    void neverMeansNever() {
        assertThatThrownBy(() -> backend(PullPolicy.NEVER).imageId(name, null)).hasMessageContaining("docker pull");
        assertThat(images.pulls()).isZero();
    }

    @Test
    void whatIsMissingIsFetchedOnceAndKept() throws Exception {
        DockerBackend backend = backend(PullPolicy.MISSING);
        String first = backend.imageId(name, null);
        int pulls = images.pulls();
        assertThat(pulls).isPositive();
        images.push("1", "second");

        assertThat(backend.imageId(name, null)).isEqualTo(first);
        assertThat(images.pulls()).isEqualTo(pulls);
    }

    @Test
    void alwaysFollowsTheTagForWhatHasNoImageYet() throws Exception {
        DockerBackend backend = backend(PullPolicy.ALWAYS);
        String first = backend.imageId(name, null);
        images.push("1", "second");

        assertThat(backend.imageId(name, null)).isNotEqualTo(first);
        assertThat(backend.imageId(name, first)).as("an engine keeps its own").isEqualTo(first);
    }

    @Test
    void whatTheRegistryDoesNotHaveIsNamed() {
        ImageRef unknown = images.image("9");

        assertThatThrownBy(() -> backend(PullPolicy.MISSING).imageId(unknown, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining(unknown.value());
    }

    @Test
    void withoutALoginTheRegistryRefuses() {
        DockerBackend anonymous =
                new DockerBackend(daemon, settings(List.of("migrate"), Duration.ofMinutes(1), PullPolicy.MISSING));

        assertThatThrownBy(() -> anonymous.imageId(name, null))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining(name.value())
                .hasMessageContaining("docker login");
    }
}
