-- What the image's name meant when the engine got it: a tag that is moved later does not change the engine. Null as long as
-- it has not been looked up.
ALTER TABLE engines ADD COLUMN image_id text;
