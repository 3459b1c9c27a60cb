-- When an engine was last admitted, and a platform key last used, as replicas report it every few seconds. Tables of their
-- own: the rows that every admit reads, and their indexes, should not grow versions. No index on the times and half of each
-- page left free, so that a stamp replaces the one before within its page.
CREATE TABLE engine_activity (
    engine_id     uuid        CONSTRAINT engine_activity_pk PRIMARY KEY
                              CONSTRAINT engine_activity_engine_fk REFERENCES engines ON DELETE CASCADE,
    last_admit_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE platform_key_use (
    key_id       uuid        CONSTRAINT platform_key_use_pk PRIMARY KEY
                             CONSTRAINT platform_key_use_key_fk REFERENCES platform_keys ON DELETE CASCADE,
    last_used_at timestamptz NOT NULL
) WITH (fillfactor = 50);
