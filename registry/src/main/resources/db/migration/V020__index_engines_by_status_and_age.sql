-- Lists of one state in their order. Counts by state have engines_by_product_status, which is a fifth of its size.
CREATE INDEX engines_by_product_status_age ON engines (product_id, status, created_at, engine_id);
