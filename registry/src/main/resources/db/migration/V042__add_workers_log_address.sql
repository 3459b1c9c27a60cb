-- Where a worker serves what its host's engines print, host:port; null for one that serves nothing.
ALTER TABLE workers ADD COLUMN log_address text;
