package ai.september.engine.provider;

/**
 * What an answer cost, in the provider's tokens.
 *
 * @param inputTokens all of the input
 * @param cacheHitTokens the part of the input that the provider read from its cache
 */
public record Usage(long inputTokens, long outputTokens, long cacheHitTokens) {}
