package ai.september.bap.bench;

/** Requests as they go over the wire. */
final class Requests {

    private Requests() {}

    /** An admit that sets nothing in motion. */
    static String admit(String user, String platformKey) {
        return "POST /engines/" + user + "/admit HTTP/1.1\r\nHost: api\r\nX-Platform-Key: " + platformKey
                + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    }

    static String get(String path, String platformKey) {
        return "GET " + path + " HTTP/1.1\r\nHost: api\r\nX-Platform-Key: " + platformKey + "\r\n\r\n";
    }
}
