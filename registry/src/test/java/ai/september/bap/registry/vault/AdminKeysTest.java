package ai.september.bap.registry.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminKeysTest {

    private static final String REMEDY =
            "; make one with ./bap keygen, or with docker compose run --rm --no-deps orchestrator keygen";

    @Test
    void aSingleKeyHasTheNameAdmin() {
        AdminKeys keys = AdminKeys.parse(" s3cret-admin ", null);

        assertThat(keys.name("s3cret-admin")).contains("admin");
        assertThat(keys.name("s3cret-admin2")).isEmpty();
        assertThat(keys.name("admin")).isEmpty();
        assertThat(keys.name("")).isEmpty();
        assertThat(keys.name(null)).isEmpty();
    }

    @Test
    void eachKeyOfSeveralHasItsName() {
        AdminKeys keys = AdminKeys.parse("first-key", " alice:key-of-alice , ci-2:key:with:colons");

        assertThat(keys.name("first-key")).contains("admin");
        assertThat(keys.name("key-of-alice")).contains("alice");
        assertThat(keys.name("key:with:colons")).contains("ci-2");
        assertThat(keys.name("alice:key-of-alice")).isEmpty();
        assertThat(keys.name("ci-2")).isEmpty();
    }

    @Test
    void severalDoWithoutTheSingleOneAndMayUseItsName() {
        AdminKeys keys = AdminKeys.parse(null, "admin:of-the-list");

        assertThat(keys.name("of-the-list")).contains("admin");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", " ", "changeme", "<admin-key>", "your-admin-key", "${ADMIN}", "$(pwgen)", "two words", "clé"
            })
    void refusesWhatIsNoKeyWithTheRemedy(String text) {
        assertThatThrownBy(() -> AdminKeys.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_ADMIN_KEY ")
                .hasMessageEndingWith(REMEDY);
        if (text != null) {
            assertThatThrownBy(() -> AdminKeys.parse(null, "alice:good-key,bob:" + text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("ORCH_ADMIN_KEYS (bob) ")
                    .hasMessageEndingWith(REMEDY);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            s3cret-one                  | has an item without a proper name
            alice:s3cret-one,           | has an item without a proper name
            alice:s3cret-one,,bob:other | has an item without a proper name
            :s3cret-one                 | has an item without a proper name
            Alice:s3cret-one            | has an item without a proper name
            -a:s3cret-one               | has an item without a proper name
            a_b:s3cret-one              | has an item without a proper name
            aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:s3cret-one | has an item without a proper name
            alice:s3cret-one,alice:other-key             | has the name alice twice
            admin:s3cret-one                             | has the name admin twice (ORCH_ADMIN_KEY has it, too)
            alice:s3cret-one,bob:s3cret-one              | has the key of bob under another name, too
            alice:the-single-one                         | has the key of alice under another name, too
            """)
    void refusesAListThatIsNotOneAndNeverShowsIt(String several, String fault) {
        assertThatThrownBy(() -> AdminKeys.parse("the-single-one", several))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ORCH_ADMIN_KEYS " + fault + "; ")
                .hasMessageNotContainingAny("s3cret", "the-single-one", "other-key");
    }

    @Test
    void theirTextShowsNamesOnly() {
        assertThat(AdminKeys.parse("s3cret-admin", "bob:s3cret-too")).hasToString("AdminKeys[admin, bob]");
    }
}
