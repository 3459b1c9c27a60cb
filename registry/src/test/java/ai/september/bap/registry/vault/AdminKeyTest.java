package ai.september.bap.registry.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminKeyTest {

    @Test
    void matchesItselfOnly() {
        AdminKey key = AdminKey.parse(" s3cret-admin ");

        assertThat(key.matches("s3cret-admin")).isTrue();
        assertThat(key.matches("s3cret-admin2")).isFalse();
        assertThat(key.matches("")).isFalse();
        assertThat(key.matches(null)).isFalse();
    }

    @Test
    void theKeyOfTheQuickstartIsAcceptedAndKnown() {
        assertThat(AdminKey.parse("dev-admin-key").isWellKnown()).isTrue();
        assertThat(AdminKey.parse("s3cret-admin").isWellKnown()).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", " ", "changeme", "<admin-key>", "your-admin-key", "${ADMIN}", "$(pwgen)", "two words", "clé"
            })
    void refusesWhatIsNoKeyWithTheRemedy(String text) {
        assertThatThrownBy(() -> AdminKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_ADMIN_KEY ")
                .hasMessageEndingWith(
                        "; make one with ./bap keygen, or with docker compose run --rm --no-deps orchestrator keygen");
    }

    @Test
    void itsTextIsRedacted() {
        assertThat(AdminKey.parse("s3cret-admin")).hasToString("AdminKey[REDACTED]");
    }
}
