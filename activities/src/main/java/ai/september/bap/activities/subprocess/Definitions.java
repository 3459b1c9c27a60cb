package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerSpec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Container specs as JSON in their containers' folders. Thread-safe. */
final class Definitions {

    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Definitions() {}

    static String write(ContainerSpec spec) {
        try {
            return JSON.writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a container spec is always JSON", e);
        }
    }

    /** The spec of a container; empty, and reported, if its file is missing or damaged. */
    static Optional<ContainerSpec> read(ContainerFolder container) throws IOException {
        Optional<ContainerSpec> spec = container.definition().flatMap(Definitions::parse);
        if (spec.isEmpty() && container.exists()) {
            LOG.warn("container {} has no readable definition", container.id());
        }
        return spec;
    }

    private static Optional<ContainerSpec> parse(String text) {
        try {
            return Optional.ofNullable(JSON.readValue(text, ContainerSpec.class));
        } catch (JsonProcessingException damaged) {
            return Optional.empty();
        }
    }
}
