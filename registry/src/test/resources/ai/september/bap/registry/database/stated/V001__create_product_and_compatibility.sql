CREATE TABLE product (id uuid CONSTRAINT product_pk PRIMARY KEY, name text);
CREATE TABLE compatibility (compatible_from text NOT NULL);
INSERT INTO compatibility VALUES ('001');
