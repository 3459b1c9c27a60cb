-- A provision that waits because its product has as many under way as its policy allows; nobody starts it meanwhile.
ALTER TABLE operations ADD COLUMN waiting boolean NOT NULL DEFAULT false;
CREATE INDEX operations_waiting ON operations (product_id, created_at) WHERE waiting AND status = 'pending';
