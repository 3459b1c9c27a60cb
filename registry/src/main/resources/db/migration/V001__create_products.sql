CREATE TABLE products (
    product_id   uuid        CONSTRAINT products_pk PRIMARY KEY,
    slug         text        NOT NULL CONSTRAINT products_slug_unique UNIQUE
                             CONSTRAINT products_slug_legal CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    display_name text        NOT NULL,
    policy       jsonb       NOT NULL DEFAULT '{}' CONSTRAINT products_policy_object CHECK (jsonb_typeof(policy) = 'object'),
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- A table of its own, so that a product can have more than one key while it rotates them.
CREATE TABLE platform_keys (
    key_id     uuid        CONSTRAINT platform_keys_pk PRIMARY KEY,
    product_id uuid        NOT NULL CONSTRAINT platform_keys_product_fk REFERENCES products ON DELETE CASCADE,
    key_hash   bytea       NOT NULL CONSTRAINT platform_keys_hash_unique UNIQUE
                           CONSTRAINT platform_keys_hash_sha256 CHECK (octet_length(key_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz
);
CREATE INDEX platform_keys_by_product ON platform_keys (product_id);

-- Lifetime counters, apart from products: that row is read by every admit and should not grow versions.
CREATE TABLE product_totals (
    product_id uuid   CONSTRAINT product_totals_pk PRIMARY KEY
                      CONSTRAINT product_totals_product_fk REFERENCES products ON DELETE CASCADE,
    provisions bigint NOT NULL DEFAULT 0,
    destroys   bigint NOT NULL DEFAULT 0
);
