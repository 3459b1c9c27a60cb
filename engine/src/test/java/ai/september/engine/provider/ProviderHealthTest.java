package ai.september.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProviderHealthTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ProviderHealth health = new ProviderHealth(new SetClock());

    @Test
    void aRefusedKeyCountsAtOnceUntilATurnSucceeds() {
        health.failed(ErrorCode.LLM_KEY_REFUSED);
        assertThat(health.isOk()).isFalse();
        health.succeeded();
        assertThat(health.isOk()).isTrue();
    }

    @Test
    void passingFailuresCountAfterThreeInARow() {
        health.failed(ErrorCode.LLM_UNAVAILABLE);
        health.failed(ErrorCode.LLM_RATE_LIMITED);
        health.succeeded();
        health.failed(ErrorCode.LLM_STREAM_BROKEN);
        health.failed(ErrorCode.LLM_UNAVAILABLE);
        assertThat(health.isOk()).isTrue();
        health.failed(ErrorCode.LLM_UNAVAILABLE);
        assertThat(health.isOk()).isFalse();
    }

    @Test
    void whatIsNotTheProvidersFaultDoesNotCount() {
        for (int i = 0; i < 10; i++) {
            health.failed(ErrorCode.LLM_REQUEST_REFUSED);
            health.failed(ErrorCode.BRAIN_ERROR);
            health.failed(ErrorCode.INTERNAL_ERROR);
        }
        assertThat(health.isOk()).isTrue();
    }

    @Test
    void knowledgeAges() {
        health.failed(ErrorCode.LLM_KEY_REFUSED);
        now = now.plus(ProviderHealth.MEMORY);
        assertThat(health.isOk()).isFalse();
        now = now.plus(Duration.ofSeconds(1));
        assertThat(health.isOk()).isTrue();
        health.failed(ErrorCode.LLM_KEY_REFUSED);
        assertThat(health.isOk()).isFalse();
    }

    private final class SetClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
