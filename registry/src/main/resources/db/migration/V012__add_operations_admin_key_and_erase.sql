-- Which of the operator's keys asked for it, by name; null where it was not the operator.
ALTER TABLE operations ADD COLUMN admin_key text;
-- Whether the destruction, once done, takes the user's name out of all that stays.
ALTER TABLE operations ADD COLUMN erase boolean NOT NULL DEFAULT false;
-- Operations outlive not only their engine but also their product.
ALTER TABLE operations DROP CONSTRAINT operations_product_fk;
