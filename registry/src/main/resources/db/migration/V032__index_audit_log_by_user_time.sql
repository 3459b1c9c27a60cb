-- In the place of audit_log_by_user: it serves the operator, too, who asks for a user of any product, and it has a list's order.
CREATE INDEX audit_log_by_user_time ON audit_log (user_id, product_id, timestamp, id);
DROP INDEX audit_log_by_user;
