package ai.september.engine.provider;

/** A model's provider. Implementations are thread-safe. */
public interface Provider {

    /**
     * Streams one answer, and returns when it is complete.
     *
     * @throws ai.september.engine.error.EngineException with one of the {@code LLM_} codes; what the sink was given until
     *     then is no answer
     */
    Usage answer(Conversation conversation, TextSink sink);

    /** Takes the answer piece by piece, in order, on the thread of the call. */
    interface TextSink {
        void text(String delta);
    }
}
