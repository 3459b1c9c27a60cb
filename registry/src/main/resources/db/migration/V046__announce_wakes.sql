-- The workers of an engine's host hear of its wake at once, before Temporal's step has come to them.
CREATE FUNCTION announce_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('wake_begun', NEW.operation_id || ' ' || NEW.host_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER operations_announce_wake AFTER INSERT ON operations FOR EACH ROW
    WHEN (NEW.kind = 'wake')
    EXECUTE FUNCTION announce_wake();
