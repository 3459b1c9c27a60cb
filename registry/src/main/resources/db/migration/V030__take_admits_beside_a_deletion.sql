-- As in V013, but for the lock on the product: the first admit of one that was being deleted failed.
CREATE OR REPLACE FUNCTION take_admits(
    product uuid, max_hits integer, window_length interval, lease_length interval, want integer,
    unused_row bigint, unused integer,
    OUT granted integer, OUT lease_row bigint, OUT seconds double precision)
LANGUAGE plpgsql AS $$
DECLARE
    at        timestamptz;
    counted   bigint;
    lease_end timestamptz;
BEGIN
    SELECT last_seq INTO lease_row FROM rate_limits WHERE product_id = product FOR UPDATE;
    IF NOT FOUND THEN
        -- Locked, so that one whose deletion is just being committed is not seen any more: the row would refer to nothing.
        INSERT INTO rate_limits (product_id) SELECT product_id FROM products WHERE product_id = product FOR KEY SHARE
        ON CONFLICT DO NOTHING;
        SELECT last_seq INTO lease_row FROM rate_limits WHERE product_id = product FOR UPDATE;
    END IF;
    IF NOT FOUND THEN
        -- The product has just been deleted, and its limit with it; whoever asks finds that out by itself.
        granted := want;
        lease_row := 0;
        seconds := 0;
        RETURN;
    END IF;
    at := clock_timestamp();
    IF unused > 0 THEN
        UPDATE rate_limit_hits SET hits = hits - unused WHERE product_id = product AND seq = unused_row;
    END IF;
    DELETE FROM rate_limit_hits WHERE product_id = product AND hit_at <= at - window_length;
    SELECT coalesce(sum(hits), 0) INTO counted FROM rate_limit_hits WHERE product_id = product;
    granted := greatest(least(want, max_hits - counted), 0);
    IF granted = 0 THEN
        SELECT extract(epoch FROM hit_at + window_length - at) INTO seconds
        FROM (SELECT seq, hit_at, sum(hits) OVER (ORDER BY seq) AS freed
              FROM rate_limit_hits WHERE product_id = product) AS leaving
        WHERE freed > counted - max_hits ORDER BY seq LIMIT 1;
        RETURN;
    END IF;
    SELECT hit_at INTO lease_end FROM rate_limit_hits WHERE product_id = product AND seq = lease_row;
    IF lease_end >= at + lease_length / 2 THEN
        -- One row for all who come within half a lease: the log stays short whoever asks, and however often.
        UPDATE rate_limit_hits SET hits = hits + granted WHERE product_id = product AND seq = lease_row;
    ELSE
        lease_row := lease_row + 1;
        lease_end := at + lease_length;
        UPDATE rate_limits SET last_seq = lease_row WHERE product_id = product;
        INSERT INTO rate_limit_hits (product_id, seq, hit_at, hits) VALUES (product, lease_row, lease_end, granted);
    END IF;
    seconds := extract(epoch FROM lease_end - at);
END
$$;
