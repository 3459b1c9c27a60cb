package ai.september.bap.registry.engine;

/**
 * When an engine was last seen healthy, exact to one interval of the sweeps, without a write for each engine and sweep: that
 * of its host says it for all that should be up, but those that were not found well.
 */
final class LastHealth {

    /** Where the table is called {@code engines}. */
    static final String OF_ENGINES = """
             CASE WHEN engines.status = 'running' AND NOT engines.unwell
                THEN greatest(engines.last_health_at,
                    (SELECT h.swept_at FROM hosts h WHERE h.host_id = engines.host_id))
                ELSE engines.last_health_at END""";

    /** Where the table is called {@code e}. */
    static final String OF_E = """
             CASE WHEN e.status = 'running' AND NOT e.unwell
                THEN greatest(e.last_health_at, (SELECT h.swept_at FROM hosts h WHERE h.host_id = e.host_id))
                ELSE e.last_health_at END""";

    private LastHealth() {}
}
