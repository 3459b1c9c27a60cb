-- A list of one user's rows in its order, for the operator, too, who asks for a user of any product. Erasures go by
-- audit_log_by_user: a batch of them has no such order.
CREATE INDEX audit_log_by_user_time ON audit_log (user_id, product_id, timestamp, id);
