-- GET /audit of one action, and the last provisions in GET /metrics: without it both look through everything else first.
CREATE INDEX audit_log_by_product_action ON audit_log (product_id, action, timestamp, id);
