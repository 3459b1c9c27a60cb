"""The installation of docker-compose.yml, its engines as containers, and the daemon beneath, for the recovery drill."""
import contextlib
import time
from pathlib import Path

from faults import DaemonKilled, is_migration, kill_services
from installation import WORKERS, Installation
from live import Live
from machine import ask, await_that, containers, docker

ENGINE_LABEL = "ai.september.bap.engine"
REMOVED_S = 30


class DockerInstallation(Installation):
    """`own_image` is that of one engine alone, and is in the file `kept` as well."""

    backend = "docker"

    def __init__(self, folder, daemon, images, own_image, settings):
        super().__init__(folder, [*images, own_image], settings)
        self.daemon = daemon
        self.own_image = own_image
        self.kept = Path(folder) / "own-image.tar"
        docker("save", "--output", str(self.kept), own_image, timeout=300)

    def about(self):
        return f"Docker {ask('/version')['Version']}, the real `docker-compose.yml` with {WORKERS} workers"

    # --- engines

    def live(self, engine_id):
        """Its containers that run, frozen ones included."""
        return [Live(one["State"]["Pid"], (one["Id"][:12], one["State"]["StartedAt"]))
                for one in containers(f"{ENGINE_LABEL}={engine_id}")
                if one["State"]["Running"] and one["State"]["Pid"] > 0 and not is_migration(one["Name"])]

    def brain(self, engine_id):
        return Path(ask(f"/volumes/engine-data-{engine_id}")["Mountpoint"]) / "brain.sqlite"

    @contextlib.contextmanager
    def image_gone(self):
        """Without the image of the one engine that has its own."""
        image = ask(f"/images/{self.own_image}/json")["Id"]
        # A daemon keeps what a live container was made of, and restarts one until it is told not to.
        await_that("the image is removed", lambda: self._remove(image), REMOVED_S, 0.05)
        try:
            yield f"{self.own_image} was removed from the daemon, which reaches no registry"
        finally:
            docker("load", "--quiet", "--input", str(self.kept), timeout=300)

    @staticmethod
    def _remove(image):
        with contextlib.suppress(OSError):
            docker("image", "rm", "--force", image)
        try:
            ask(f"/images/{image}/json")
            return False
        except LookupError:
            return True

    # --- faults

    def kill_workers(self):
        return self._kill("worker"), "both, which Docker starts again"

    def kill_temporal(self):
        return self._kill("temporal"), "its server, which Docker starts again"

    def kill_postgres(self):
        return self._kill("postgres"), "which Docker starts again"

    def _kill(self, service):
        return kill_services(self, self.services(service))

    def daemon_faults(self):
        """(name, what brings it about, whether engines end with it)."""
        return [
            *((fault.name, lambda fault=fault: fault.strike(self, self.daemon, None)[0], fault.restarts_engines)
              for fault in (DaemonKilled(live_restore=True), DaemonKilled(live_restore=False))),
            ("dockerd stopped in order (SIGTERM) and started, without live-restore", self._restart_daemon, True),
        ]

    def _restart_daemon(self):
        self.daemon.set_live_restore(False)
        struck = time.time()
        self.daemon.stop()
        self.daemon.start()
        return struck
