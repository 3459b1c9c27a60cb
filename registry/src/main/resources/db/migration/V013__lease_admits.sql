-- A row of the log may stand for many admits: those let through, and those leased to a replica that may let them through
-- until hit_at. (docs/adr/0011)
ALTER TABLE rate_limit_hits ADD COLUMN hits integer NOT NULL DEFAULT 1 CONSTRAINT rate_limit_hits_hits CHECK (hits >= 0);

-- Takes up to so many admits out of a product's limit, to be used within lease_length; before that it takes back what is
-- unused of an earlier lease. Grants none if there is no room, and then says in how many seconds there will be; else
-- says for how many seconds the grant is good, and in which row it is counted.
-- The log's order is that of hit_at. In no window more than max_hits pass, because whatever passed in it, or may yet, is in
-- the log when the last of them is granted. A function, because each of its statements has to see what others committed
-- while it waited for the lock; clock_timestamp(), because now() is the time before that wait.
CREATE FUNCTION take_admits(
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
        INSERT INTO rate_limits (product_id) SELECT product_id FROM products WHERE product_id = product
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

-- What programs of before call, now on the same terms: one admit, counted where its limit's leases are.
CREATE OR REPLACE FUNCTION take_admit(product uuid, max_hits integer, window_length interval) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
    taken record;
BEGIN
    IF max_hits = 0 THEN
        RETURN extract(epoch FROM window_length);
    END IF;
    SELECT granted, seconds INTO taken FROM take_admits(
        product, max_hits, window_length,
        CASE WHEN max_hits < 800 THEN interval '0' ELSE window_length / 240 END,
        1, 0, 0);
    RETURN CASE WHEN taken.granted = 1 THEN 0 ELSE taken.seconds END;
END
$$;
