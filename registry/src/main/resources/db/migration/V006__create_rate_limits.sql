-- A sliding-window log per product: admit number n passes if admit number n - limit is at least a window old.
CREATE TABLE rate_limits (
    product_id uuid   CONSTRAINT rate_limits_pk PRIMARY KEY
                      CONSTRAINT rate_limits_product_fk REFERENCES products ON DELETE CASCADE,
    last_seq   bigint NOT NULL DEFAULT 0
);
CREATE TABLE rate_limit_hits (
    product_id uuid        NOT NULL,
    seq        bigint      NOT NULL,
    hit_at     timestamptz NOT NULL,
    CONSTRAINT rate_limit_hits_pk PRIMARY KEY (product_id, seq)
);

-- Takes one admit out of a product's limit. Returns 0 if it may pass, else the seconds until the next one may.
-- A function, because each of its statements has to see what others committed while it waited for the lock;
-- clock_timestamp(), because now() is the time before that wait.
CREATE FUNCTION take_admit(product uuid, max_hits integer, window_length interval) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
    last    bigint;
    at      timestamptz;
    blocker timestamptz;
BEGIN
    IF max_hits = 0 THEN
        RETURN extract(epoch FROM window_length);
    END IF;
    INSERT INTO rate_limits (product_id) VALUES (product) ON CONFLICT DO NOTHING;
    SELECT last_seq INTO last FROM rate_limits WHERE product_id = product FOR UPDATE;
    at := clock_timestamp();
    SELECT hit_at INTO blocker FROM rate_limit_hits WHERE product_id = product AND seq = last + 1 - max_hits;
    IF blocker > at - window_length THEN
        RETURN extract(epoch FROM blocker + window_length - at);
    END IF;
    UPDATE rate_limits SET last_seq = last + 1 WHERE product_id = product;
    INSERT INTO rate_limit_hits (product_id, seq, hit_at) VALUES (product, last + 1, at);
    -- Two out for one in: the log shrinks to the window whatever the limit was before. Oldest first, by the key's order.
    DELETE FROM rate_limit_hits WHERE product_id = product AND seq IN (
        SELECT seq FROM rate_limit_hits
        WHERE product_id = product ORDER BY seq LIMIT 2)
        AND hit_at <= at - window_length;
    RETURN 0;
END
$$;
