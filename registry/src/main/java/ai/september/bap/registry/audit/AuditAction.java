package ai.september.bap.registry.audit;

import ai.september.bap.registry.WireName;

/** The actions of the audit log. */
public enum AuditAction implements WireName {
    PROVISION,
    START,
    STOP,
    DESTROY,
    ROTATE_KEY,
    WAKE,
    SLEEP,
    RECOVER,
    POLICY_REGISTER,
    POLICY_UPDATE,
    PLATFORM_KEY_CREATE,
    PLATFORM_KEY_REVOKE,
    PRODUCT_DELETE,
    ADMIT_DENIED
}
