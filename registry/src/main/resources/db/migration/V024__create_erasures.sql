-- Users whose names are being taken out of audit log and operations, a batch at a time. A row is gone when that is done: it
-- has the name itself. No foreign key: rows with names outlive their product.
CREATE TABLE erasures (
    product_id uuid        NOT NULL,
    user_id    text        COLLATE "C" NOT NULL,
    -- What takes the name's place in all rows.
    token      text        NOT NULL,
    -- What was written later is of another life of the user, and stays.
    asked_at   timestamptz NOT NULL,
    -- When somebody is to go on with it.
    due_at     timestamptz NOT NULL,
    -- How far in the audit log the present pass has come.
    after_id   bigint      NOT NULL DEFAULT 0,
    CONSTRAINT erasures_pk PRIMARY KEY (product_id, user_id)
);
CREATE INDEX erasures_by_due ON erasures (due_at);
