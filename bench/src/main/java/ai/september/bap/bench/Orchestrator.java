package ai.september.bap.bench;

/** A whole orchestrator that was started to be measured; closing it ends everything that it started. */
interface Orchestrator extends AutoCloseable {

    /** Its operator and products, over HTTP. */
    Api api();

    /** Where its database is, as {@code ORCH_DATABASE_URL} has it, for measurements that HTTP does not give. */
    String databaseUrl();

    @Override
    void close();
}
