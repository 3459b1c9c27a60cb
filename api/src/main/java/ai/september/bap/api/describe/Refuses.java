package ai.september.bap.api.describe;

import ai.september.bap.registry.error.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The errors a method answers with that its signature does not tell. Those of keys and bodies, and what the server answers by
 * itself, follow from the signature.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Refuses {

    ErrorCode[] value();
}
