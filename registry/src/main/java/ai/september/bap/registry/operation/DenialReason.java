package ai.september.bap.registry.operation;

import ai.september.bap.registry.WireName;

/** Why an admit is answered with {@code admitted: false}. */
public enum DenialReason implements WireName {
    ENGINE_NOT_FOUND,
    ENGINE_SLEEPING,
    ENGINE_UNHEALTHY,
    ENGINE_STOPPED
}
