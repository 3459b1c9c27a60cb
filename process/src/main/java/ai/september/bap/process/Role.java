package ai.september.bap.process;

/** Which process this is; decides which settings it must have. */
public enum Role {
    /** Answers HTTP requests; the only one that knows the operator's keys for long. */
    API("api", 8081),
    /** Hosts workflows and activities; has an admin port only. */
    WORKER("worker", 8082),
    /** Migrates the database and ends. */
    DB("db", 0),
    /** Seals engine keys anew and ends. */
    MASTER_KEY_ROTATION("rotate-master-key", 0);

    private final String label;
    private final int defaultAdminPort;

    Role(String label, int defaultAdminPort) {
        this.label = label;
        this.defaultAdminPort = defaultAdminPort;
    }

    /** The name in logs, metrics and database sessions. */
    public String label() {
        return label;
    }

    /** Whether it seals or opens engine keys. */
    public boolean knowsMasterKeys() {
        return this == API || this == MASTER_KEY_ROTATION;
    }

    /** The admin port unless configured; processes on one machine must not collide. */
    public int defaultAdminPort() {
        return defaultAdminPort;
    }
}
