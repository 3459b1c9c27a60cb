package ai.september.bap.activities.container;

/** Something that is not this engine holds its host port; the caller chooses another one. */
public final class PortTakenException extends BackendException {

    private final int port;

    public PortTakenException(int port) {
        super("host port " + port + " is held by another process");
        this.port = port;
    }

    public int port() {
        return port;
    }
}
