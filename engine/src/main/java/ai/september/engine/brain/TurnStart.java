package ai.september.engine.brain;

/** A turn as it begins; times are ISO-8601 in UTC. */
public record TurnStart(String turnId, String taskId, String message, String startedAt) {}
