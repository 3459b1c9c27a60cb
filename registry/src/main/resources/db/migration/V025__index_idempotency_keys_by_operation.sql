-- Which keys an operation was asked for with: they go when its user's name does.
CREATE INDEX idempotency_keys_by_operation ON idempotency_keys (operation_id);
