-- One row per container daemon. Hosts and workers prove that they live by their heartbeats.
CREATE TABLE hosts (
    host_id      text        CONSTRAINT hosts_pk PRIMARY KEY,
    backend      text        NOT NULL CONSTRAINT hosts_backend_known CHECK (backend IN ('docker', 'subprocess')),
    port_min     integer     NOT NULL,
    port_max     integer     NOT NULL,
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT hosts_port_range CHECK (port_min BETWEEN 1 AND 65535 AND port_max BETWEEN port_min AND 65535)
);

CREATE TABLE workers (
    worker_id    uuid        CONSTRAINT workers_pk PRIMARY KEY,
    host_id      text        NOT NULL CONSTRAINT workers_host_fk REFERENCES hosts ON DELETE CASCADE,
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now()
);
