-- One row: which programs may work with this database. compatible_from is the newest migration that a program has to
-- know; a migration that breaks older programs raises it. Programs older than this table refuse any newer database.
CREATE TABLE compatibility (
    only_row        boolean NOT NULL DEFAULT true CONSTRAINT compatibility_pk PRIMARY KEY
                            CONSTRAINT compatibility_one_row CHECK (only_row),
    compatible_from text    NOT NULL CONSTRAINT compatibility_from_version CHECK (compatible_from ~ '^[0-9]{3,}$')
);
INSERT INTO compatibility (compatible_from) VALUES ('011');
