package ai.september.engine.brain;

/** What was said and answered. */
public record CompletedTurn(String message, String answer) {

    int characters() {
        return message.length() + answer.length();
    }

    /** The beginnings of both, together so many characters at most; each gets half, and what the other leaves. */
    CompletedTurn cutTo(int most) {
        int ofAnswer = Math.min(answer.length(), Math.max(most / 2, most - message.length()));
        return new CompletedTurn(beginning(message, most - ofAnswer), beginning(answer, ofAnswer));
    }

    private static String beginning(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(most - 1));
        return text.substring(0, splitsPair ? most - 1 : most);
    }
}
