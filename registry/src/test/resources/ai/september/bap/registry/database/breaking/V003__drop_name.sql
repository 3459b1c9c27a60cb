ALTER TABLE product DROP COLUMN name;
UPDATE compatibility SET compatible_from = '002';
