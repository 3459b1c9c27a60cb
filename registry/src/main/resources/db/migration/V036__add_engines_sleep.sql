-- When the engine last came up, or was last asked for on another way than the hot path, whose admits are in engine_activity;
-- null for one that no program of this release has brought up yet.
ALTER TABLE engines ADD COLUMN stirred_at timestamptz;
-- How an engine that sleeps does so, and since when; what a program of an earlier release left here of one that does not
-- means nothing.
ALTER TABLE engines ADD COLUMN sleep_mode text CONSTRAINT engines_sleep_mode_legal CHECK (sleep_mode IN ('pause', 'stop'));
ALTER TABLE engines ADD COLUMN slept_at timestamptz;
-- When it was announced that the sleeper is going to be destroyed.
ALTER TABLE engines ADD COLUMN delete_announced_at timestamptz;
