package ai.september.bap.registry.vault;

/** A Fernet token that cannot be trusted or read with this key. Its message never quotes token, key or content. */
public final class InvalidTokenException extends RuntimeException {

    InvalidTokenException(String message) {
        super(message);
    }
}
