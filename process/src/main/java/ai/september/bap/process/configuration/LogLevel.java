package ai.september.bap.process.configuration;

/** From which severity on events are logged. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
}
