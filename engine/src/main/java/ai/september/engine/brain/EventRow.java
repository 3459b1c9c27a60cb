package ai.september.engine.brain;

/**
 * One event of a turn as it was sent.
 *
 * @param seq rises within the turn, not always by one
 * @param data one line of JSON
 */
public record EventRow(long seq, String name, String data) {}
