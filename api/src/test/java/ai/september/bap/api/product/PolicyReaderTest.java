package ai.september.bap.api.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.process.configuration.ContainerShare;
import ai.september.bap.registry.product.Policy;
import com.fasterxml.jackson.core.JsonProcessingException;
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
                "{\"max_engine\":1}|max_engines, rate_limit_rpm, allowed_images, max_concurrent_provisions, resources",
                "{\"idle_timeout_s\":0}|policy.idle_timeout_s must be an integer from 1",
                "{\"idle_timeout_s\":1.5}|policy.idle_timeout_s must be an integer from 1",
                "{\"idle_timeout_s\":null}|policy.idle_timeout_s must be an integer from 1",
                "{\"sleep_mode\":\"freeze\"}|policy.sleep_mode must be \"pause\" or \"stop\"",
                "{\"sleep_mode\":\"PAUSE\"}|policy.sleep_mode must be",
                "{\"sleep_mode\":null}|policy.sleep_mode must be",
                "{\"pause_to_stop_s\":0}|policy.pause_to_stop_s must be an integer from 1",
                "{\"memory_reclaim\":1}|policy.memory_reclaim must be true or false",
                "{\"memory_reclaim\":null}|policy.memory_reclaim must be true or false",
                "{\"delete_after_idle_s\":86399}|policy.delete_after_idle_s must be an integer from 86400",
                "{\"resources\":1}|policy.resources must be an object",
                "{\"resources\":{\"memory\":1}}|policy.resources has an unknown field; known ones are memory_mb, cpus, pids",
                "{\"resources\":{\"memory_mb\":null}}|policy.resources.memory_mb must be an integer from 6",
                "{\"resources\":{\"memory_mb\":5}}|policy.resources.memory_mb must be an integer from 6",
                "{\"resources\":{\"memory_mb\":513}}|policy.resources.memory_mb must be at most 512, the operator's maximum",
                "{\"resources\":{\"cpus\":\"1\"}}|policy.resources.cpus must be a number of processors",
                "{\"resources\":{\"cpus\":0}}|policy.resources.cpus must be at least 0.01",
                "{\"resources\":{\"cpus\":-1}}|policy.resources.cpus must be at least 0.01",
                "{\"resources\":{\"cpus\":0.125}}|policy.resources.cpus must have two decimals at most",
                "{\"resources\":{\"cpus\":1.51}}|policy.resources.cpus must be at most 1.5, the operator's maximum",
                "{\"resources\":{\"cpus\":1e300}}|policy.resources.cpus must be at most 1024",
                "{\"resources\":{\"cpus\":1e999}}|policy.resources.cpus must be",
                "{\"resources\":{\"pids\":15}}|policy.resources.pids must be an integer from 16",
                "{\"resources\":{\"pids\":101}}|policy.resources.pids must be at most 100, the operator's maximum"
            })
    void aRefusalNamesTheFieldAndItsLegalForm(String policy, String named) {
        assertThatThrownBy(() -> read(policy))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|{}",
                "{\"resources\":{}}|{\"resources\":{}}",
                "{\"delete_after_idle_s\":86400,\"memory_reclaim\":false,\"pause_to_stop_s\":60,\"sleep_mode\":\"stop\","
                        + "\"idle_timeout_s\":1}"
                        + "|{\"idle_timeout_s\":1,\"sleep_mode\":\"stop\",\"pause_to_stop_s\":60,\"memory_reclaim\":false,"
                        + "\"delete_after_idle_s\":86400}",
                "{\"resources\":{\"memory_mb\":512,\"cpus\":1.5,\"pids\":100}}"
                        + "|{\"resources\":{\"memory_mb\":512,\"cpus\":1.5,\"pids\":100}}",
                "{\"resources\":{\"cpus\":1.00}}|{\"resources\":{\"cpus\":1}}",
                "{\"resources\":{\"cpus\":1e0}}|{\"resources\":{\"cpus\":1}}"
            })
    void whatIsReadIsToldInOneWayOnly(String policy, String told) throws Exception {
        assertThat(new ObjectMapper().writeValueAsString(read(policy))).isEqualTo(told);
    }

    private static Policy read(String policy) throws JsonProcessingException {
        return PolicyReader.within(new ContainerShare(512L << 20, 1_509_999_999L, 100))
                .read(new ObjectMapper().readTree(policy));
    }
}
