package ai.september.bap.api.http;

import org.jspecify.annotations.Nullable;

/** For the constructors of request records: fields that have to be there. */
public final class Required {

    private Required() {}

    /**
     * The value, unless it is missing.
     *
     * @param legalForm what to send, for the message: {@code "a string of 1 to 255 characters"}
     * @throws IllegalArgumentException naming the field and its legal form; {@link JsonBody} answers 400 with it
     */
    public static <T> T field(String name, @Nullable T value, String legalForm) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing: send " + legalForm);
        }
        return value;
    }
}
