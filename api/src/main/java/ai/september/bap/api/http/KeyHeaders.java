package ai.september.bap.api.http;

/** Where callers put their keys. */
public final class KeyHeaders {

    /** The operator's key. */
    public static final String ADMIN = "X-Admin-Key";

    /** A product's key; whose it is, is looked up with the statement that does the work. */
    public static final String PLATFORM = "X-Platform-Key";

    private KeyHeaders() {}
}
