package ai.september.bap.registry.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.database.Json;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FernetTest {

    private static final MasterKey KEY = MasterKey.parse("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final Fernet fernet = KEY.fernet(new SecureRandom(), InstantSource.fixed(NOW));

    /** One published case; fields that a file lacks are null. */
    record Case(
            @Nullable String desc,
            String token,
            OffsetDateTime now,
            @Nullable List<Integer> iv,
            @Nullable String src,
            @Nullable Integer ttlSec,
            String secret) {

        Fernet fernet() {
            byte[] random = new byte[16];
            for (int i = 0; iv != null && i < random.length; i++) {
                random[i] = iv.get(i).byteValue();
            }
            return MasterKey.parse(secret).fernet(new FixedRandom(random), InstantSource.fixed(now.toInstant()));
        }

        Duration ttl() {
            return Duration.ofSeconds(Objects.requireNonNull(ttlSec));
        }

        byte[] message() {
            return Objects.requireNonNull(src).getBytes(UTF_8);
        }

        @Override
        public String toString() {
            return desc == null ? String.valueOf(src) : desc;
        }
    }

    static List<Case> generate() throws IOException {
        return cases("generate.json");
    }

    static List<Case> verify() throws IOException {
        return cases("verify.json");
    }

    static List<Case> invalid() throws IOException {
        return cases("invalid.json");
    }

    @ParameterizedTest
    @MethodSource("generate")
    void makesThePublishedTokens(Case given) {
        assertThat(given.fernet().encrypt(given.message())).isEqualTo(given.token());
    }

    @ParameterizedTest
    @MethodSource("verify")
    void readsThePublishedTokens(Case given) {
        assertThat(given.fernet().decrypt(given.token(), given.ttl())).isEqualTo(given.message());
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesThePublishedInvalidTokens(Case given) {
        assertThatThrownBy(() -> given.fernet().decrypt(given.token(), given.ttl()))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageNotContaining(given.token());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 51, 1000})
    void messagesOfAnyLengthComeBack(int length) {
        byte[] message = new byte[length];
        Arrays.fill(message, (byte) 16);

        assertThat(fernet.decrypt(fernet.encrypt(message))).isEqualTo(message);
    }

    @Test
    void aTokenHasOneSpelling() {
        String token = fernet.encrypt(new byte[3]);
        assertThat(token).endsWith("==");
        String stripped = token.substring(0, token.length() - 2);
        String strayBits = stripped.substring(0, stripped.length() - 1)
                + (char) (stripped.charAt(stripped.length() - 1) + 1) + "==";

        for (String other : List.of(stripped, token + "==", token + "\n", " " + token, strayBits)) {
            assertThatThrownBy(() -> fernet.decrypt(other))
                    .as(other)
                    .isInstanceOf(InvalidTokenException.class)
                    .hasMessageContaining("base64");
        }
    }

    @Test
    void theSameMessageNeverGivesTheSameToken() {
        assertThat(fernet.encrypt(new byte[3])).isNotEqualTo(fernet.encrypt(new byte[3]));
    }

    @Test
    void everySingleBitIsProtected() {
        byte[] token = Base64.getUrlDecoder().decode(fernet.encrypt("hello".getBytes(UTF_8)));
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] altered = token.clone();
            altered[bit / 8] ^= (byte) (1 << (bit % 8));
            String text = Base64.getUrlEncoder().encodeToString(altered);

            assertThatThrownBy(() -> fernet.decrypt(text)).isInstanceOf(InvalidTokenException.class);
        }
    }

    @Test
    void anotherKeyReadsNothing() {
        String token = fernet.encrypt("hello".getBytes(UTF_8));
        Fernet other = MasterKey.generate().fernet(new SecureRandom(), InstantSource.system());

        assertThatThrownBy(() -> other.decrypt(token))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessage("the token was made with another key, or altered");
    }

    @Test
    void theHmacIsCheckedBeforeTheAge() {
        Fernet otherKeyLongAgo =
                MasterKey.generate().fernet(new SecureRandom(), InstantSource.fixed(NOW.minusSeconds(3600)));
        String token = otherKeyLongAgo.encrypt("hello".getBytes(UTF_8));

        assertThatThrownBy(() -> fernet.decrypt(token, Duration.ofSeconds(60)))
                .hasMessage("the token was made with another key, or altered");
    }

    @Test
    void ageMattersOnlyWhenALimitIsGiven() {
        String old = at(NOW.minusSeconds(61));

        assertThat(fernet.decrypt(old)).isEqualTo("hello".getBytes(UTF_8));
        assertThat(fernet.decrypt(at(NOW.minusSeconds(60)), Duration.ofSeconds(60)))
                .isNotEmpty();
        assertThatThrownBy(() -> fernet.decrypt(old, Duration.ofSeconds(60)))
                .hasMessage("the token is older than 60 s");
    }

    @Test
    void clocksMayDifferByAMinute() {
        assertThat(fernet.decrypt(at(NOW.plusSeconds(60)), Duration.ofSeconds(60)))
                .isNotEmpty();
        assertThatThrownBy(() -> fernet.decrypt(at(NOW.plusSeconds(61)), Duration.ofSeconds(60)))
                .hasMessageStartingWith("the token is from the future");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gAAA", "hello", "gAAAAAAdwJ6w AAEC", "gAAAAA\u00e9"})
    void rubbishIsRefused(String token) {
        assertThatThrownBy(() -> fernet.decrypt(token)).isInstanceOf(InvalidTokenException.class);
    }

    private static String at(Instant time) {
        return KEY.fernet(new SecureRandom(), InstantSource.fixed(time)).encrypt("hello".getBytes(UTF_8));
    }

    private static List<Case> cases(String file) throws IOException {
        ObjectMapper mapper = Json.newMapper();
        JavaType list = mapper.getTypeFactory().constructCollectionType(List.class, Case.class);
        try (InputStream in = Objects.requireNonNull(FernetTest.class.getResourceAsStream(file), file)) {
            List<Case> cases = mapper.readValue(in, list);
            assertThat(cases).isNotEmpty();
            return cases;
        }
    }
}
