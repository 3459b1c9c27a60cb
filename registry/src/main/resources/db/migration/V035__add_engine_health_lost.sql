-- The engine's host was silent for so long that the engine counts as failed; how it is nobody knows. It is recovered when the
-- host is back, and left alone if it answers then.
ALTER TABLE engine_health ADD COLUMN lost boolean NOT NULL DEFAULT false;
