package ai.september.bap.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamPlacesTest {

    private static final Optional<ProductId> OPERATOR = Optional.empty();

    private final StreamPlaces places = new StreamPlaces("streams", "GET it", 5, 2);
    private final Optional<ProductId> one = Optional.of(ProductId.random());
    private final Optional<ProductId> another = Optional.of(ProductId.random());

    private void take(Optional<ProductId> caller, int times) {
        for (int i = 0; i < times; i++) {
            places.take(caller);
        }
    }

    private void assertRefused(Optional<ProductId> caller, ErrorCode code) {
        assertThatExceptionOfType(BapException.class)
                .isThrownBy(() -> places.take(caller))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void whoHasItsShareLeavesOthersTheirs() {
        take(one, 2);

        assertRefused(one, ErrorCode.RATE_LIMITED);
        take(another, 2);
        take(OPERATOR, 1);
    }

    @Test
    void thereAreNoMoreThanThereAreInAll() {
        take(one, 2);
        take(another, 2);
        take(OPERATOR, 1);

        assertRefused(Optional.of(ProductId.random()), ErrorCode.UNAVAILABLE);
        places.giveBack(another);
        take(Optional.of(ProductId.random()), 1);
    }

    @Test
    void whatIsGivenBackIsItsOwnersAgain() {
        take(one, 2);
        places.giveBack(one);

        take(one, 1);
        assertRefused(one, ErrorCode.RATE_LIMITED);
    }
}
