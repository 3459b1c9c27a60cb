CREATE TABLE half_done (id uuid);
ALTER TABLE nowhere ADD COLUMN slug text;
