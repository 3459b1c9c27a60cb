package ai.september.bap.api.engine;

import ai.september.bap.process.configuration.EngineBackend;
import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ImageGlob;
import ai.september.bap.registry.id.ImageRef;
import java.util.List;

/** Which images products may ask for: the default one, and those that match the operator's globs. Thread-safe. */
public final class Images {

    private final ImageRef standard;
    private final List<ImageGlob> allowed;
    private final String remedy;

    /** Allows the standard image and what matches the operator's globs, in which {@code *} and {@code ?} are wildcards. */
    public Images(EngineSettings engine) {
        this.standard = engine.image();
        this.allowed = othersAllowed(engine).stream().map(ImageGlob::new).toList();
        this.remedy = engine.backend() == EngineBackend.SUBPROCESS
                ? ": subprocess engines are of that one image only."
                : ", or have the operator add it to ORCH_ENGINE_IMAGES_ALLOWED.";
    }

    /** The subprocess backend has one distribution, whatever it is called. */
    private static List<String> othersAllowed(EngineSettings engine) {
        return engine.backend() == EngineBackend.SUBPROCESS ? List.of() : engine.imagesAllowed();
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
        if (image.equals(standard) || allowed.stream().anyMatch(glob -> glob.matches(image))) {
            return image;
        }
        throw new BapException(
                ErrorCode.POLICY_DENIED, "Image " + image + " is not allowed here. Use " + standard + remedy);
    }
}
