-- GET /operations of one kind, which may be rare among the others. The product comes second: the operator's list of a kind over
-- all products uses it as well.
CREATE INDEX operations_by_kind_age ON operations (kind, product_id, created_at, operation_id);
-- Of one state, where most have another. Those that are under way have operations_one_open_per_engine; nearly all succeed.
CREATE INDEX operations_by_bad_end_age ON operations (status, product_id, created_at, operation_id)
    WHERE status IN ('failed', 'cancelled');
-- In the place of operations_by_user_age, which began with the product and so was none for the operator.
CREATE INDEX operations_by_user ON operations (user_id, product_id, created_at, operation_id);
DROP INDEX operations_by_user_age;
