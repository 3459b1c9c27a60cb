package ai.september.bap.api.product;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"max_engines\":-1}|policy.max_engines",
                "{\"max_concurrent_provisions\":0}|policy.max_concurrent_provisions must be an integer from 1",
                "{\"allowed_images\":[]}|policy.allowed_images",
                "{\"allowed_images\":[1]}|policy.allowed_images",
                "{\"allowed_images\":[\"a b\"]}|policy.allowed_images",
                "{\"max_engine\":1}|max_engines, rate_limit_rpm, allowed_images, max_concurrent_provisions"
            })
    void aRefusalNamesTheFieldAndItsLegalForm(String policy, String named) {
        assertThatThrownBy(() -> PolicyReader.read(new ObjectMapper().readTree(policy)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }
}
