-- When the attempt was asked for that has last taken the engine's lock, in milliseconds by Temporal's clock: attempts that were
-- asked for before it are late, and do nothing any more.
ALTER TABLE operations ADD COLUMN step_at bigint;
