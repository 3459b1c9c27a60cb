-- When an engine was last active by its own account, as far as anybody asked it. A table of its own: engine_activity has a
-- row for what was admitted only, and the release before relies on that.
CREATE TABLE engine_own_activity (
    engine_id uuid        CONSTRAINT engine_own_activity_pk PRIMARY KEY
                          CONSTRAINT engine_own_activity_engine_fk REFERENCES engines ON DELETE CASCADE,
    active_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The processes that admit, each from before its first admit until its last one is written down. (docs/adr/0018)
CREATE TABLE admitting_replicas (
    replica_id uuid        CONSTRAINT admitting_replicas_pk PRIMARY KEY,
    -- When it last reached this database in time.
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Whatever it has answered by what it read before this time is in engine_activity; null: nothing is sure yet.
    flushed_to timestamptz
) WITH (fillfactor = 50);
