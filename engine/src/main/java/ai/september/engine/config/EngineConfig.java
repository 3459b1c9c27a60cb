package ai.september.engine.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code serve} needs to know.
 *
 * @param brain the SQLite file
 * @param catalog a folder that may be absent
 * @param heartbeat how long an event stream may be silent
 */
public record EngineConfig(
        KeyHash keyHash, Path brain, Path catalog, String host, int port, Duration heartbeat, ProviderConfig provider) {

    /**
     * Reads and checks everything.
     *
     * @throws ConfigException naming the first variable that is missing or wrong
     */
    public static EngineConfig from(Environment environment) throws ConfigException {
        return new EngineConfig(
                keyHash(environment),
                brainPath(environment),
                environment.path("CATALOG_DIR", "/catalog"),
                environment.text("ENGINE_HOST").orElse("0.0.0.0"),
                environment.number("ENGINE_PORT", 8000, 0, 65535),
                environment.seconds("ENGINE_HEARTBEAT_S", 15, 1, 3600),
                new ProviderChoice(environment).resolve());
    }

    /** The one variable that {@code migrate} reads. */
    public static Path brainPath(Environment environment) throws ConfigException {
        Path path = environment.path("SQLITE_DB_PATH", "/data/brain.sqlite");
        if (path.toString().indexOf('?') >= 0) {
            throw new ConfigException("SQLITE_DB_PATH", "holds a '?', which SQLite's driver takes for options");
        }
        return path;
    }

    private static KeyHash keyHash(Environment environment) throws ConfigException {
        String hex = environment
                .text("ENGINE_KEY_HASH")
                .orElseThrow(() -> new ConfigException(
                        "ENGINE_KEY_HASH", "is not set; set it to the lower-case hex SHA-256 of the engine's key"));
        try {
            return new KeyHash(hex);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "ENGINE_KEY_HASH", "is not 64 lower-case hex digits; set it to the SHA-256 of the engine's key");
        }
    }
}
