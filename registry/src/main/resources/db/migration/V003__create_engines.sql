CREATE TABLE engines (
    engine_id         uuid        CONSTRAINT engines_pk PRIMARY KEY,
    product_id        uuid        NOT NULL CONSTRAINT engines_product_fk REFERENCES products,
    -- Compared byte by byte: user ids are never normalised.
    user_id           text        COLLATE "C" NOT NULL,
    host_id           text        NOT NULL CONSTRAINT engines_host_fk REFERENCES hosts,
    status            text        NOT NULL CONSTRAINT engines_status_legal CHECK
                                  (status IN ('provisioning', 'running', 'sleeping', 'stopped', 'failed', 'destroying')),
    port              integer     CONSTRAINT engines_port_legal CHECK (port BETWEEN 1 AND 65535),
    image             text        NOT NULL,
    key_hash          bytea       NOT NULL CONSTRAINT engines_key_hash_sha256 CHECK (octet_length(key_hash) = 32),
    key_token         text        NOT NULL,
    -- Set while a key rotation is under way: the key that the new container gets and that then replaces the old one.
    pending_key_hash  bytea       CONSTRAINT engines_pending_hash_sha256 CHECK (octet_length(pending_key_hash) = 32),
    pending_key_token text,
    -- Rises with every operation; steps of an operation with a lower fence have nothing to say any more.
    fence             bigint      NOT NULL DEFAULT 0,
    -- Rises when the container has to be made anew; with engine_id it identifies the container.
    incarnation       integer     NOT NULL DEFAULT 1 CONSTRAINT engines_incarnation_positive CHECK (incarnation > 0),
    -- The image that brought the brain to its present schema; null as long as none is on record.
    brain_image_id    text,
    ever_ran          boolean     NOT NULL DEFAULT false,
    boot_duration_ms  integer,
    last_health_at    timestamptz,
    failure_code      text,
    failure_message   text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT engines_one_per_user UNIQUE (product_id, user_id),
    CONSTRAINT engines_one_per_port UNIQUE (host_id, port),
    CONSTRAINT engines_pending_key_whole CHECK ((pending_key_hash IS NULL) = (pending_key_token IS NULL)),
    CONSTRAINT engines_running_ran CHECK (status NOT IN ('running', 'sleeping') OR ever_ran)
);
-- Lists in their order, and counts by state, per product.
CREATE INDEX engines_by_product_age ON engines (product_id, created_at, engine_id);
CREATE INDEX engines_by_product_status ON engines (product_id, status);
