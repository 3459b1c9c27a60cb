-- Whether its users' names are to be taken out of what stays, once the product is deleted.
ALTER TABLE product_deletions ADD COLUMN erase boolean NOT NULL DEFAULT false;
