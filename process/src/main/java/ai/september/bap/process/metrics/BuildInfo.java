package ai.september.bap.process.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is. */
public final class BuildInfo {

    private BuildInfo() {}

    /** The version the build was given, for example {@code 0.1.0}. */
    public static String version() {
        try (InputStream file = BuildInfo.class.getResourceAsStream("/build.properties")) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("build.properties cannot be read", e);
        }
    }
}
