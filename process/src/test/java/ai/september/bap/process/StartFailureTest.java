package ai.september.bap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import org.junit.jupiter.api.Test;

class StartFailureTest {

    @Test
    void whatWasWrittenForOperatorsIsSaidWithoutItsClass() {
        assertThat(StartFailure.describe(new Ours("the database is newer\n\n  run the newer release\n")))
                .isEqualTo("the database is newer run the newer release");
    }

    @Test
    void ofTheFailuresOfOthersTheClassIsHalfOfTheMessage() {
        assertThat(StartFailure.describe(new IOException("/data"))).isEqualTo("java.io.IOException: /data");
    }

    @Test
    void aPortInUseNamesTheVariablesToChange() {
        assertThat(StartFailure.describe(new IllegalStateException("no", new BindException("taken"))))
                .contains("ORCH_API_PORT", "ORCH_ADMIN_PORT");
    }

    /** An exception of this program. */
    private static final class Ours extends RuntimeException {

        Ours(String message) {
            super(message);
        }
    }
}
