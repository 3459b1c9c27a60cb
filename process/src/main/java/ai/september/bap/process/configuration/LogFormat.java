package ai.september.bap.process.configuration;

/** How a log line looks. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** One object per line, for collectors. */
    JSON
}
