-- The events of a turn as they were sent, for /execute/replay. Kept for the newest turns only.
CREATE TABLE turn_events (
    turn INTEGER NOT NULL REFERENCES turns (id),
    seq  INTEGER NOT NULL,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (turn, seq)
) WITHOUT ROWID;
