-- What a product sent under an Idempotency-Key, for a day: a repetition joins the operation, or gets its answer again.
CREATE TABLE idempotency_keys (
    product_id      uuid        NOT NULL CONSTRAINT idempotency_keys_product_fk REFERENCES products ON DELETE CASCADE,
    -- The path's verb, and its user; of a provision, whose user is in the body, the user is empty.
    verb            text        NOT NULL,
    user_id         text        COLLATE "C" NOT NULL,
    idempotency_key text        COLLATE "C" NOT NULL,
    -- SHA-256 of what was asked.
    fingerprint     bytea       NOT NULL,
    operation_id    uuid,
    -- Hash of the engine's key that belongs into the answer, so that no other is given in its place.
    key_hash        bytea,
    created_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (product_id, verb, user_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
