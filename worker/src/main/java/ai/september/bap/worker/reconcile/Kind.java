package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.WireName;

/** What rows and reality can disagree about, and whose business it is to put that right. */
public enum Kind implements WireName {
    /** A container of an engine that has no row. */
    CONTAINER_WITHOUT_ROW("container", Mender.RECONCILER),
    /** A container of an incarnation that is over. */
    CONTAINER_OF_THE_PAST("container", Mender.RECONCILER),
    /** A container that lives though its engine is stopped or failed. */
    CONTAINER_SHOULD_BE_DOWN("container", Mender.RECONCILER),
    /** A live container whose engine goes by another key than its row's. */
    KEY_DIFFERS("container", Mender.RECONCILER),
    /** A live container that is published at another port than its row's. */
    PORT_DIFFERS("container", Mender.RECONCILER),
    /** A running engine without a live container. */
    CONTAINER_MISSING("engine", Mender.MONITOR),
    /** A row that holds a port though its engine should have none. */
    PORT_LEAKED("engine", Mender.RECONCILER),
    /** A row in a transient state though no operation is under way. */
    ROW_STUCK("engine", Mender.RECONCILER),
    /** A volume that is left of an engine whose destruction is on record. */
    VOLUME_OF_THE_DESTROYED("engine", Mender.RECONCILER),
    /** A volume of an engine of which nothing is known: it may be somebody's brain. */
    VOLUME_WITHOUT_ROW("engine", Mender.OPERATOR),
    /** A run that goes on in Temporal though its engine's operation is over. */
    RUN_WITHOUT_OPERATION("run", Mender.RECONCILER),
    /** A run in Temporal of an engine of which nothing is known: it may be another installation's. */
    RUN_OF_NOBODY("run", Mender.OPERATOR),
    /** An open operation that no run carries out. */
    OPERATION_WITHOUT_RUN("operation", Mender.RELAY);

    /** Who puts something right. */
    public enum Mender implements WireName {
        /** The reconciler, once a minute. */
        RECONCILER,
        /** Whoever watches the engines' health. */
        MONITOR,
        /** The relay, within seconds. */
        RELAY,
        /** Nobody but the operator. */
        OPERATOR
    }

    private final String about;
    private final Mender mender;

    Kind(String about, Mender mender) {
        this.about = about;
        this.mender = mender;
    }

    /** What the subject of such a finding is: {@code container}, {@code run}, {@code operation}, or the {@code engine} itself. */
    public String about() {
        return about;
    }

    /** Whose business it is. */
    public Mender mender() {
        return mender;
    }
}
