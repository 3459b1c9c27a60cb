package ai.september.bap.registry.vault;

/** A stored engine key cannot be opened. Messages say what to do and never quote key or token. */
public final class SealedKeyException extends RuntimeException {

    private static final String REMEDY = "; start with the " + MasterKey.VARIABLE + " that sealed it ("
            + MasterKeys.VARIABLE + " takes several), or give the engine a new key with rotate-key";

    SealedKeyException(String wrong) {
        super(wrong + REMEDY);
    }

    SealedKeyException(InvalidTokenException cause) {
        super("the engine's key was sealed with another " + MasterKey.VARIABLE + ", or altered" + REMEDY, cause);
    }
}
