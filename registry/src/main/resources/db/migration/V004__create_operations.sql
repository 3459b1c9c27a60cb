-- What was asked and how it went. No foreign key to engines: operations outlive their engine.
CREATE TABLE operations (
    operation_id    uuid        CONSTRAINT operations_pk PRIMARY KEY,
    engine_id       uuid        NOT NULL,
    product_id      uuid        NOT NULL CONSTRAINT operations_product_fk REFERENCES products,
    user_id         text        COLLATE "C" NOT NULL,
    host_id         text        NOT NULL,
    kind            text        NOT NULL CONSTRAINT operations_kind_legal CHECK
                                (kind IN ('provision', 'start', 'wake', 'stop', 'sleep', 'destroy', 'rotate_key', 'recover')),
    status          text        NOT NULL DEFAULT 'pending' CONSTRAINT operations_status_legal CHECK
                                (status IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')),
    actor           text        NOT NULL,
    fence           bigint      NOT NULL,
    -- The engine's state when the operation began: where it returns to if nothing was touched.
    previous_status text        NOT NULL,
    superseded_by   uuid,
    error_code      text,
    error_message   text,
    -- Last output of an engine that died while booting, masked before it got here.
    engine_output   text,
    -- The Temporal run that carries it out; null until it was started there.
    run_id          text,
    -- When the relay last made sure that Temporal knows it.
    checked_at      timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    CONSTRAINT operations_finished_when_ended CHECK
        ((finished_at IS NOT NULL) = (status IN ('succeeded', 'failed', 'cancelled')))
);
CREATE UNIQUE INDEX operations_one_open_per_engine ON operations (engine_id) WHERE status IN ('pending', 'running');
-- The relay's queue.
CREATE INDEX operations_open ON operations (created_at) WHERE status IN ('pending', 'running');
CREATE INDEX operations_by_product ON operations (product_id, created_at);
CREATE INDEX operations_by_end ON operations (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE operation_steps (
    operation_id uuid        NOT NULL CONSTRAINT operation_steps_operation_fk REFERENCES operations ON DELETE CASCADE,
    position     integer     NOT NULL,
    name         text        NOT NULL,
    status       text        NOT NULL DEFAULT 'pending' CONSTRAINT operation_steps_status_legal CHECK
                             (status IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')),
    -- How the step did its work where that is not obvious: for example a brain that was copied, or already migrated.
    note         text,
    started_at   timestamptz,
    finished_at  timestamptz,
    CONSTRAINT operation_steps_pk PRIMARY KEY (operation_id, position),
    CONSTRAINT operation_steps_once UNIQUE (operation_id, name)
);

-- Whoever waits for an operation listens here; a trigger, so that no way of ending one can forget it.
CREATE FUNCTION announce_operation_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('operation_ended', NEW.operation_id::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER operations_announce_end AFTER UPDATE OF status ON operations FOR EACH ROW
    WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL)
    EXECUTE FUNCTION announce_operation_end();
