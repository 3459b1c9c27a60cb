package ai.september.engine.testing;

/** The events of Anthropic's streaming Messages, as its reference shows them. */
public final class AnthropicWire {

    public static final String REFUSED_KEY = """
            {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key sk-ant-secret"}}""";

    public static final String RATE_LIMITED = """
            {"type":"error","error":{"type":"rate_limit_error","message":"Rate limited"}}""";

    private AnthropicWire() {}

    public static String start(int input, int cacheWrite, int cacheRead) {
        return event(
                        "message_start",
                        "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"m\","
                                + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":" + input
                                + ",\"cache_creation_input_tokens\":" + cacheWrite + ",\"cache_read_input_tokens\":"
                                + cacheRead
                                + ",\"output_tokens\":1}}")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
    }

    public static String delta(String text) {
        return event(
                "content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    public static String ping() {
        return "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    }

    public static String stop(int output) {
        return event("content_block_stop", "\"index\":0")
                + event(
                        "message_delta",
                        "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":"
                                + output + "}")
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    }

    public static String overloaded() {
        return event("error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}");
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }
}
