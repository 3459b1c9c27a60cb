-- Whether the operation, or one that it took precedence over, may have done something to container or volume. It is set
-- before the first such act, so an operation that fails or is cancelled without it leaves the engine as it was.
ALTER TABLE operations ADD COLUMN touched boolean NOT NULL DEFAULT false;
