package ai.september.bap.process.configuration;

import static java.util.Objects.requireNonNull;

/** What is logged, and how it looks. */
public record LogSettings(LogLevel level, LogFormat format) {

    public LogSettings {
        requireNonNull(level, "level");
        requireNonNull(format, "format");
    }

    static Draft<LogSettings> read(SettingsReader in) {
        Setting<LogLevel> level = in.choice("log.level", LogLevel.class);
        Setting<LogFormat> format = in.choice("log.format", LogFormat.class);
        return () -> new LogSettings(level.value(), format.value());
    }
}
