package ai.september.bap.process.configuration;

/** Where traces go. */
public enum TraceExport {
    /** There are none. */
    NONE,
    /** To a collector that speaks OTLP. */
    OTLP
}
