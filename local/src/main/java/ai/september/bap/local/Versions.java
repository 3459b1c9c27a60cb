package ai.september.bap.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this build is made of.
 *
 * @param bap of this program
 * @param postgres of the embedded PostgreSQL's binaries, as Maven numbers them
 */
public record Versions(String bap, String postgres) {

    /** As the build wrote them. */
    public static Versions ofThisBuild() {
        Properties properties = new Properties();
        try (InputStream resource = Versions.class.getResourceAsStream("versions.properties")) {
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Versions(properties.getProperty("bap"), properties.getProperty("postgres"));
    }
}
