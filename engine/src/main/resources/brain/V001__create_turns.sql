-- One row per turn, in the order of their start. A turn that did not complete has no answer and is no history.
CREATE TABLE turns (
    id               INTEGER PRIMARY KEY,
    turn_id          TEXT NOT NULL CONSTRAINT turns_turn_id UNIQUE,
    task_id          TEXT NOT NULL,
    status           TEXT NOT NULL CONSTRAINT turns_status CHECK (status IN ('running', 'completed', 'errored')),
    message          TEXT NOT NULL,
    answer           TEXT,
    error_code       TEXT,
    input_tokens     INTEGER,
    output_tokens    INTEGER,
    cache_hit_tokens INTEGER,
    started_at       TEXT NOT NULL,
    finished_at      TEXT,
    CONSTRAINT turns_answered CHECK ((status = 'completed') = (answer IS NOT NULL)),
    CONSTRAINT turns_finished CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE INDEX turns_by_task ON turns (task_id, id);
-- One turn at a time per task, whoever writes.
CREATE UNIQUE INDEX turns_one_running ON turns (task_id) WHERE status = 'running';
