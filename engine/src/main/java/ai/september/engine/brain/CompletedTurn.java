package ai.september.engine.brain;

/** What was said and answered. */
public record CompletedTurn(String message, String answer) {

    int characters() {
        return message.length() + answer.length();
    }
}
