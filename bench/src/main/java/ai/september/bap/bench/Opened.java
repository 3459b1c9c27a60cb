package ai.september.bap.bench;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.JettyManaged;

/** What an application has opened and will close. */
final class Opened {

    private Opened() {}

    /** The first of that type. */
    static <T> T find(Environment environment, Class<T> type) {
        return environment.lifecycle().getManagedObjects().stream()
                .filter(JettyManaged.class::isInstance)
                .map(managed -> ((JettyManaged) managed).getManaged())
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
