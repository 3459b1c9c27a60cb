ALTER TABLE product ADD COLUMN slug text;
