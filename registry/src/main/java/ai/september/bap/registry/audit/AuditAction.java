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
    /** A sleeper is going to be destroyed a day from now, unless somebody asks for it. */
    DELETE_ANNOUNCED,
    SCHEDULE_SET,
    SCHEDULE_REMOVE,
    /** A schedule has come to its time. */
    SCHEDULE_WAKE,
    /** A recovery that was ended before it had come to anything. */
    RECOVER,
    HEALTH_CHECK,
    HEALTH_FAILED,
    AUTO_RESTART_START,
    AUTO_RESTART_SUCCESS,
    AUTO_RESTART_FAILED,
    AUTO_RESTART_GAVE_UP,
    MASS_FAILURE,
    MASS_FAILURE_RELEASE,
    POLICY_REGISTER,
    POLICY_UPDATE,
    PLATFORM_KEY_CREATE,
    PLATFORM_KEY_REVOKE,
    PRODUCT_DELETE,
    ADMIT_DENIED,
    RECONCILE
}
