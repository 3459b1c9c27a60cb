package ai.september.bap.workflows;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** The steps of a product's deletion; run as local activities. Each may be repeated. */
@ActivityInterface
public interface ProductSteps {

    /**
     * Begins to destroy as many of the product's engines as may be under way at once; deletes the product if there are none.
     *
     * @return how many engines are left
     */
    @ActivityMethod(name = "DestroyNextEngines")
    int destroyNext(ProductRef product);
}
