"""One installation of docker-compose.yml: its services, its API and its database."""
import base64
import json
import os
import secrets
from pathlib import Path

from api import Api
from machine import ENVIRONMENT, ask, await_that, containers, docker

PROJECT = "bap-drill"
WORKERS = 2
API_PORT = 8000
ADMIN_KEY = "drill-admin-key"
SERVICES = {"postgres": 1, "temporal": 1, "temporal-ui": 1, "orchestrator": 1, "worker": WORKERS}
UP_S = 300
WELL_S = 240


class Installation(Api):
    """Brings the services up and speaks with them."""

    def __init__(self, folder, engine_images, settings):
        super().__init__(API_PORT, ADMIN_KEY)
        self.settings = Path(folder) / "settings"
        self.settings.write_text("".join(f"{name}={value}\n" for name, value in {
            "ORCH_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "ORCH_ADMIN_KEY": ADMIN_KEY,
            "ORCH_ENGINE_IMAGE": engine_images[0],
            "ORCH_ENGINE_IMAGES_ALLOWED": ",".join(engine_images),
            "ORCH_ENGINE_URL_MODE": "host",
            **settings,
        }.items()))
        images = {name: value for name, value in os.environ.items() if name.endswith("_IMAGE")}
        self.environment = {**ENVIRONMENT, **images, "DOCKER_SOCKET": "/run/docker.sock"}
        self.id = None

    def compose(self, *arguments, timeout=UP_S):
        return docker(
            "compose", "--project-name", PROJECT, "--env-file", str(self.settings), *arguments,
            timeout=timeout, environment=self.environment)

    def up(self):
        self.compose("up", "--detach", "--no-build", "--scale", f"worker={WORKERS}")
        await_that("all services are well", self.is_well, UP_S)
        self.register("drill")
        self.id = self.sql("SELECT installation_id FROM installation")[0]["installation_id"]

    # --- the services

    def services(self, name=None):
        """The containers of one service, or of all that stay up."""
        label = f"com.docker.compose.project={PROJECT}"
        found = [one for one in containers(label) if self._service(one) in SERVICES]
        return [one for one in found if name in (None, self._service(one))]

    @staticmethod
    def _service(container):
        return container["Config"]["Labels"]["com.docker.compose.service"]

    @staticmethod
    def _is_up(container):
        # The API says more by its own answer, and earlier: its image's check comes twice a minute.
        health = container["State"].get("Health", {}).get("Status")
        needs_health = Installation._service(container) in ("postgres", "temporal", "worker")
        return container["State"]["Running"] and (not needs_health or health == "healthy")

    @staticmethod
    def is_restarted(container):
        """Whether a container runs in another process than it did."""
        now = ask(f"/containers/{container['Id']}/json")["State"]
        return now["Running"] and now["StartedAt"] != container["State"]["StartedAt"]

    def is_well(self):
        try:
            up = [self._service(one) for one in self.services() if self._is_up(one)]
        except OSError:
            return False
        return all(up.count(name) == wanted for name, wanted in SERVICES.items()) and self.is_healthy()

    def await_well(self):
        await_that("all services are well again", self.is_well, WELL_S)

    def logs(self, since=""):
        return self.compose("logs", "--no-color", "--timestamps", *(["--since", since] if since else []), timeout=60)

    # --- the database

    def sql(self, query):
        """The rows of a query, as dicts. OSError while the database is away."""
        postgres = [one["Id"] for one in self.services("postgres") if one["State"]["Running"]]
        if not postgres:
            raise OSError("the database is away")
        wrapped = f"SELECT coalesce(json_agg(row), '[]') FROM ({query}) AS row"
        return json.loads(docker(
            "exec", postgres[0], "psql", "-U", "postgres", "-d", "orchestrator", "-v", "ON_ERROR_STOP=1", "-AtqX",
            "-c", wrapped, timeout=30))

    def address(self, worker):
        """Where a worker's connections to the database come from."""
        return worker["NetworkSettings"]["Networks"][f"{PROJECT}_control"]["IPAddress"]

    def locks_of(self, worker):
        """How many engines' locks a worker holds: it is in the middle of a step on each."""
        return self.sql(
            "SELECT count(*) AS held FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
            f" AND granted AND client_addr = '{self.address(worker)}'")[0]["held"]

    def cut_off_database(self, worker):
        """Ends a worker's connections at the database's side, as a network would that forgot them."""
        return self.sql(
            "SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity"
            f" WHERE client_addr = '{self.address(worker)}'")[0]["ended"]
