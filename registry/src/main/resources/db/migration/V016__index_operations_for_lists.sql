-- GET /operations: newest first, of a product, of one user, of one engine; the operator's list over all products.
CREATE INDEX operations_by_product_age ON operations (product_id, created_at, operation_id);
CREATE INDEX operations_by_user_age ON operations (product_id, user_id, created_at, operation_id);
CREATE INDEX operations_by_engine_age ON operations (engine_id, created_at, operation_id);
CREATE INDEX operations_by_age ON operations (created_at, operation_id);
DROP INDEX operations_by_product;
