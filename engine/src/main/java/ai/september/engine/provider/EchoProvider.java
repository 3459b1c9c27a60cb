package ai.september.engine.provider;

import ai.september.engine.config.ConfigException;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers offline and always the same: what was said, and which turn of the task it is. Tokens are words. */
public final class EchoProvider implements Provider {

    private static final Pattern PACED = Pattern.compile("echo-([0-9]{1,5})ms");
    private static final int MAX_ECHO = 2_000;

    private final Duration pause;

    EchoProvider(Duration pause) {
        this.pause = pause;
    }

    /**
     * @param model {@code echo}, or {@code echo-<n>ms} for a pause of n milliseconds before each delta
     * @throws ConfigException if it is neither
     */
    static EchoProvider ofModel(String model) throws ConfigException {
        Matcher paced = PACED.matcher(model);
        if (paced.matches()) {
            return new EchoProvider(Duration.ofMillis(Long.parseLong(paced.group(1))));
        }
        if (model.equals("echo")) {
            return new EchoProvider(Duration.ZERO);
        }
        throw new ConfigException("LLM_MODEL", "the provider echo knows the models echo and echo-<n>ms; unset it");
    }

    @Override
    public Usage answer(Conversation conversation, TextSink sink) {
        int turn = conversation.history().size() + 1;
        String answer = "You said: " + shortened(conversation.message()) + " (turn " + turn + " of this task)";
        int from = 0;
        while (from < answer.length()) {
            int space = answer.indexOf(' ', from);
            int to = space < 0 ? answer.length() : space + 1;
            pause();
            sink.text(answer.substring(from, to));
            from = to;
        }
        return new Usage(inputWords(conversation), words(answer), 0);
    }

    private static String shortened(String message) {
        if (message.length() <= MAX_ECHO) {
            return message;
        }
        return message.substring(0, message.offsetByCodePoints(0, MAX_ECHO / 2)) + "…";
    }

    private void pause() {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(ErrorCode.TURN_INTERRUPTED, "The turn was interrupted; send the message again.");
        }
    }

    private static long inputWords(Conversation conversation) {
        long words = words(conversation.message());
        for (Conversation.Exchange exchange : conversation.history()) {
            words += words(exchange.message()) + words(exchange.answer());
        }
        return words;
    }

    private static long words(String text) {
        long words = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            boolean letter = !Character.isWhitespace(text.charAt(i));
            words += letter && !inWord ? 1 : 0;
            inWord = letter;
        }
        return words;
    }
}
