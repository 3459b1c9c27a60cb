package ai.september.bap.api.engine;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ImageRef;
import java.util.List;
import java.util.regex.Pattern;

/** Which images products may ask for: the default one, and those that match the operator's globs. Thread-safe. */
public final class Images {

    private final ImageRef standard;
    private final List<Pattern> allowed;

    /** Allows the standard image and what matches {@code globs}, in which {@code *} and {@code ?} are wildcards. */
    public Images(ImageRef standard, List<String> globs) {
        this.standard = standard;
        this.allowed = globs.stream().map(Images::pattern).toList();
    }

    /** What an engine gets unless its product asks for another. */
    public ImageRef standard() {
        return standard;
    }

    /**
     * Makes sure that an image may be used.
     *
     * @throws BapException {@code POLICY_DENIED} if not
     */
    public ImageRef check(ImageRef image) {
        if (image.equals(standard)
                || allowed.stream().anyMatch(glob -> glob.matcher(image.value()).matches())) {
            return image;
        }
        throw new BapException(
                ErrorCode.POLICY_DENIED,
                "Image " + image + " is not allowed here. Use " + standard
                        + ", or have the operator add it to ORCH_ENGINE_IMAGES_ALLOWED.");
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        glob.chars()
                .forEach(each ->
                        regex.append(each == '*' ? ".*" : each == '?' ? "." : Pattern.quote(Character.toString(each))));
        return Pattern.compile(regex.toString());
    }
}
