-- Set while its deletion is under way: nothing is made for it any more.
ALTER TABLE products ADD COLUMN deleting boolean NOT NULL DEFAULT false;

-- Products that are being deleted, engine by engine, or were. No foreign key: the record outlives the product.
CREATE TABLE product_deletions (
    operation_id  uuid        CONSTRAINT product_deletions_pk PRIMARY KEY,
    product_id    uuid        NOT NULL,
    slug          text        NOT NULL,
    actor         text        NOT NULL,
    admin_key     text,
    status        text        NOT NULL CONSTRAINT product_deletions_status_legal CHECK
                              (status IN ('pending', 'running', 'succeeded')),
    -- How many engines there were when it began, and how many are left.
    engines_total integer     NOT NULL,
    engines_left  integer     NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    started_at    timestamptz,
    finished_at   timestamptz,
    CONSTRAINT product_deletions_finished_when_ended CHECK ((finished_at IS NOT NULL) = (status = 'succeeded'))
);
-- One at a time; and what workers look for.
CREATE UNIQUE INDEX product_deletions_one_open ON product_deletions (product_id) WHERE finished_at IS NULL;
