package ai.september.engine.testing;

import java.util.List;

/** The chunks of OpenAI's streaming Chat Completions, as its reference shows them. */
public final class OpenAiWire {

    public static final String REFUSED_KEY = """
            {"error":{"message":"Incorrect API key provided: sk-secret.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""";

    public static final String RATE_LIMITED = """
            {"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}}""";

    private OpenAiWire() {}

    public static String delta(String text) {
        return chunk(
                "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + text
                        + "\"},\"logprobs\":null,\"finish_reason\":null}",
                "null");
    }

    public static String finish() {
        return chunk("{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}", "null");
    }

    public static String usage(int prompt, int completion, int cached) {
        return chunk(
                "",
                "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":"
                        + (prompt + completion) + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached + "}}");
    }

    public static String done() {
        return "data: [DONE]\n\n";
    }

    /** The end of a good answer. */
    public static List<String> end() {
        return List.of(finish(), usage(21, 5, 8), done());
    }

    private static String chunk(String choice, String usage) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":\"m\","
                + "\"choices\":[" + choice + "],\"usage\":" + usage + "}\n\n";
    }
}
