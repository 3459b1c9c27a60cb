-- When an engine that sleeps is to be woken without anybody asking: once, or again and again. A row for each engine that has
-- a time to come; one that is woken once has none afterwards.
CREATE TABLE engine_schedules (
    engine_id    uuid        CONSTRAINT engine_schedules_pk PRIMARY KEY
                             CONSTRAINT engine_schedules_engine_fk REFERENCES engines ON DELETE CASCADE,
    wake_at      timestamptz,
    cron         text,
    timezone     text,
    next_wake_at timestamptz NOT NULL,
    CONSTRAINT engine_schedules_one_kind CHECK ((wake_at IS NULL) <> (cron IS NULL)),
    CONSTRAINT engine_schedules_cron_whole CHECK ((cron IS NULL) = (timezone IS NULL))
);
-- Workers look for what is due, every second.
CREATE INDEX engine_schedules_due ON engine_schedules (next_wake_at);
