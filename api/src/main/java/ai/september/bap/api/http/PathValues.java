package ai.september.bap.api.http;

import ai.september.bap.registry.id.UserId;
import java.util.function.Function;

/** Typed values out of a path, to be read after the key was checked. */
public final class PathValues {

    private PathValues() {}

    /**
     * The user of {@code /engines/{user_id}}, already percent-decoded.
     *
     * @throws RefusedRequestException (400) if no user can be called so
     */
    public static UserId userId(String decoded) {
        return parse(decoded, UserId::new);
    }

    /** Any other value whose constructor refuses illegal ones by {@link IllegalArgumentException}. */
    public static <S, T> T parse(S decoded, Function<S, T> constructor) {
        try {
            return constructor.apply(decoded);
        } catch (IllegalArgumentException illegal) {
            throw RefusedRequestException.badRequest(illegal.getMessage() + ".");
        }
    }
}
