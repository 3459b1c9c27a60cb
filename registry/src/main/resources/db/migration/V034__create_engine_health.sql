-- What is known of engines that are not simply well, one row each: a well engine has none. Whoever watches the engine's host
-- writes here, at transitions only. Half of each page is left free, so that a row is replaced within its page.
CREATE TABLE engine_health (
    engine_id        uuid        CONSTRAINT engine_health_pk PRIMARY KEY
                                 CONSTRAINT engine_health_engine_fk REFERENCES engines ON DELETE CASCADE,
    -- Probes in a row that failed.
    failures         integer     NOT NULL DEFAULT 0 CONSTRAINT engine_health_failures_legal CHECK (failures >= 0),
    -- Nothing but its LLM provider fails, which no restart cures.
    degraded         boolean     NOT NULL DEFAULT false,
    -- What the last probe that did not go well came to.
    problem          text,
    -- Attempts at a restart since it was last well for a while.
    restarts         integer     NOT NULL DEFAULT 0 CONSTRAINT engine_health_restarts_legal CHECK (restarts >= 0),
    -- The failure after which the next attempt is to come; how long after, says the configuration.
    failed_at        timestamptz,
    -- The attempt that is under way.
    restarting_since timestamptz,
    -- When it was up again after the last attempt that succeeded.
    recovered_at     timestamptz
) WITH (fillfactor = 50);

-- Whether the last sweep that asked a running engine did not find it well. Here, and not told from the table above, because
-- every admit reads it: of a table that is nearly always empty the planner reads the whole, also when it has grown.
ALTER TABLE engines ADD COLUMN unwell boolean NOT NULL DEFAULT false;

-- When all engines of the host that should be up had been asked how they are: those without a row above were well.
ALTER TABLE hosts ADD COLUMN swept_at timestamptz;
-- Rises with each worker that begins to watch the host: who has a lower number has nothing to say any more.
ALTER TABLE hosts ADD COLUMN watch bigint NOT NULL DEFAULT 0;
-- Since when restarts are held back, because half of the host's engines failed at once; and the engine that is restarted
-- before the others.
ALTER TABLE hosts ADD COLUMN held_since timestamptz;
ALTER TABLE hosts ADD COLUMN canary uuid;

-- Recoveries that wait for their turn on a host.
CREATE INDEX operations_open_recoveries ON operations (host_id) WHERE kind = 'recover' AND status IN ('pending', 'running');
