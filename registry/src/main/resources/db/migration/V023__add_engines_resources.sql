-- The most that one engine may have, in bytes, whatever its product's policy says; null where nobody counts.
ALTER TABLE hosts ADD COLUMN engine_memory_max bigint;
-- What the product's policy said of resources when the latest operation that brings the engine up began; null: nothing.
ALTER TABLE engines ADD COLUMN resources jsonb;
