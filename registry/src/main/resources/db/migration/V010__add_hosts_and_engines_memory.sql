-- Whether engines get a port of the host's range.
ALTER TABLE hosts ADD COLUMN publishes_ports boolean NOT NULL DEFAULT true;
-- What engines may have together, and what each of them may have, in bytes; null where nobody counts.
ALTER TABLE hosts ADD COLUMN memory_budget bigint;
ALTER TABLE hosts ADD COLUMN engine_memory bigint;
ALTER TABLE hosts ADD CONSTRAINT hosts_memory_whole CHECK ((memory_budget IS NULL) = (engine_memory IS NULL));
-- What is set aside for the engine out of its host's budget, in bytes: from the operation that brings it up until it has
-- ended.
ALTER TABLE engines ADD COLUMN memory bigint NOT NULL DEFAULT 0 CONSTRAINT engines_memory_legal CHECK (memory >= 0);
