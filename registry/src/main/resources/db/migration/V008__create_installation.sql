-- One row: who we are, to the world outside. Whatever this installation makes in a container daemon carries this id, so that
-- two installations beside one daemon leave each other alone.
CREATE TABLE installation (
    only_row        boolean     NOT NULL DEFAULT true CONSTRAINT installation_pk PRIMARY KEY
                                CONSTRAINT installation_one_row CHECK (only_row),
    installation_id uuid        NOT NULL DEFAULT gen_random_uuid(),
    created_at      timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;
