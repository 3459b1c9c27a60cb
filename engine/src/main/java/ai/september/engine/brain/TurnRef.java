package ai.september.engine.brain;

/** Which turn, of which task. */
public record TurnRef(String turnId, String taskId) {}
