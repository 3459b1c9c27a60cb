CREATE TABLE audit_log (
    id          bigserial   CONSTRAINT audit_log_pk PRIMARY KEY,
    timestamp   timestamptz NOT NULL DEFAULT now(),
    product_id  uuid,
    user_id     text        COLLATE "C",
    engine_id   uuid,
    action      text        NOT NULL,
    actor       text        NOT NULL DEFAULT 'system',
    metadata    jsonb       NOT NULL DEFAULT '{}',
    duration_ms integer
);
CREATE INDEX audit_log_by_time ON audit_log (timestamp);
CREATE INDEX audit_log_by_action ON audit_log (action);
CREATE INDEX audit_log_by_user ON audit_log (product_id, user_id, id);
CREATE INDEX audit_log_by_engine ON audit_log (engine_id, id);
-- GET /audit and /metrics: one product, newest first.
CREATE INDEX audit_log_by_product_time ON audit_log (product_id, timestamp, id);
