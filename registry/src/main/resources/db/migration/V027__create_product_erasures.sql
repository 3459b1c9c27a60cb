-- Deleted products all of whose users' names are being taken out: of each user an erasure is made.
CREATE TABLE product_erasures (
    product_id uuid        CONSTRAINT product_erasures_pk PRIMARY KEY,
    asked_at   timestamptz NOT NULL,
    -- When somebody is to go on with it.
    due_at     timestamptz NOT NULL,
    -- How far among the names, in their order, the present pass has come.
    after_user text        COLLATE "C" NOT NULL DEFAULT ''
);
