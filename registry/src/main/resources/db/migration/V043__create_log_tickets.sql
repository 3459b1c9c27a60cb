-- Each lets its bearer read what one engine prints, from one worker and once. It lives for seconds, and of it there is only
-- the SHA-256.
CREATE TABLE log_tickets (
    ticket_hash bytea       CONSTRAINT log_tickets_pk PRIMARY KEY,
    worker_id   uuid        NOT NULL CONSTRAINT log_tickets_worker_fk REFERENCES workers ON DELETE CASCADE,
    engine_id   uuid        NOT NULL,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT log_tickets_hash_length CHECK (octet_length(ticket_hash) = 32)
);
