CREATE TABLE product (id uuid CONSTRAINT product_pk PRIMARY KEY, name text);
