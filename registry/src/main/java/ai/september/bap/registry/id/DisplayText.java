package ai.september.bap.registry.id;

/** The characters that names chosen by others may have: any but control characters (Cc) and surrogates (Cs). */
public final class DisplayText {

    private DisplayText() {}

    /**
     * Checks length and characters.
     *
     * @param field the field's name, for the message
     * @param maxCodePoints longest legal length, in code points
     * @throws IllegalArgumentException naming the field and the legal form
     */
    public static void check(String field, String text, int maxCodePoints) {
        int length = text.codePointCount(0, text.length());
        if (length < 1 || length > maxCodePoints) {
            throw new IllegalArgumentException(
                    field + " must have 1 to " + maxCodePoints + " characters, not " + length);
        }
        if (text.codePoints().anyMatch(DisplayText::isIllegal)) {
            throw new IllegalArgumentException(field + " must not contain control characters or lone surrogates");
        }
    }

    private static boolean isIllegal(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }
}
