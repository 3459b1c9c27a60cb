-- GET /admin/engines: the page of all products' engines, in its order.
CREATE INDEX engines_by_age ON engines (created_at, engine_id);
