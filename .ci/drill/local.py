"""`./bap dev` on a state folder of its own: one JVM, with PostgreSQL, Temporal and engines as processes beside it."""
import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from api import Api
from live import Live
from machine import await_that

API_PORT = 8000
ADMIN_KEY = "dev-admin-key"
START_S = 180
WELL_S = 60
JAR = Path("local/target/dist/bap.jar")
ENGINE = Path("engine/target/dist")


class LocalInstallation(Api):
    """The orchestrator, what it has started, and the engines."""

    backend = "subprocess"
    # There is one image only.
    own_image = None

    def __init__(self, folder, settings):
        super().__init__(API_PORT, ADMIN_KEY)
        self.home = Path(folder) / "home"
        self.log = Path(folder) / "bap-dev.log"
        self.engine = Path(folder) / "engine"
        shutil.copytree(ENGINE, self.engine, symlinks=True)
        # The processes' own environment is theirs: of the caller's only where programs are.
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME", "LANG") if name in os.environ},
            "BAP_HOME": str(self.home), "ORCH_SUBPROCESS_ENGINE": str(self.engine), **settings}
        self.process = None

    # --- the orchestrator

    def up(self):
        self._start()
        self.register("drill")

    def _start(self):
        before = self.log.stat().st_size if self.log.exists() else 0
        java = Path(self.environment["JAVA_HOME"], "bin/java") if "JAVA_HOME" in self.environment else "java"
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [java, "-XX:+UseSerialGC", "-Xmx1g", f"-Dbap.root={Path.cwd()}", "-jar", JAR, "dev"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, start_new_session=True)
        await_that("./bap dev is ready", lambda: self._is_ready(before), START_S, 0.05)

    def _is_ready(self, since):
        if self.process.poll() is not None:
            raise OSError("./bap dev does not start: " + self.log.read_text()[-1500:])
        with open(self.log) as log:
            log.seek(since)
            return "Ready after" in log.read()

    def await_well(self):
        await_that("the API is well again", self.is_healthy, WELL_S)

    def about(self):
        return "`./bap dev` with " + (
            "Temporal's dev server" if self._has_temporal() else "Temporal in its own process, no `temporal` being on the PATH")

    def _has_temporal(self):
        return "(real server" in self.log.read_text()

    def logs(self):
        """All that was printed and logged."""
        return "\n".join(file.read_text() for file in (self.log, *sorted((self.home / "logs").glob("orchestrator*.log"))))

    # --- engines

    def live(self, engine_id):
        """Its processes; the one-shot ones that migrate a brain are not meant."""
        mark = f"SQLITE_DB_PATH={self.home}/engines/{engine_id}/".encode()
        return [Live(pid, (pid, started(pid))) for pid in processes()
                if mark in read(pid, "environ") and read(pid, "cmdline").rstrip(b"\0").endswith(b"serve")]

    def brain(self, engine_id):
        return self.home / "engines" / engine_id / "data" / "brain.sqlite"

    @contextlib.contextmanager
    def image_gone(self):
        """Without what every engine is started from; those that run keep what they have open."""
        away = self.engine.with_name("engine.away")
        self.engine.rename(away)
        try:
            yield f"the folder {self.engine.name}, which every engine's process is started from, was moved away"
        finally:
            away.rename(self.engine)

    # --- faults

    def kill_workers(self):
        """Kill -9 of the whole orchestrator, which the worker is a part of, and its start."""
        self.process.kill()
        self.process.wait()
        struck = time.time()
        self._start()
        return struck, "the whole orchestrator, of which the worker is a part, and started again"

    def kill_temporal(self):
        if not self._has_temporal():
            return self.kill_workers()
        return self._kill_server("start-dev"), "the dev server beside it, which the orchestrator starts again"

    def kill_postgres(self):
        return self._kill_server("postgres"), "the embedded one, which the orchestrator starts again"

    def _kill_server(self, name):
        found = [pid for pid in processes() if self._is_server(pid, name)]
        if not found:
            raise OSError(f"there is no process {name} of {self.home}")
        # The postmaster is the first of its processes, and the others end with it.
        os.kill(min(found), signal.SIGKILL)
        struck = time.time()
        await_that(f"{name} is started again", lambda: any(
            self._is_server(pid, name) and pid not in found for pid in processes()), WELL_S)
        return struck

    def _is_server(self, pid, name):
        line = read(pid, "cmdline")
        return name.encode() in line and f"{self.home}/".encode() in line

    def daemon_faults(self):
        return [("kill -9 of the orchestrator, and its start, in place of a daemon", lambda: self.kill_workers()[0], False)]


def processes():
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def read(pid, what):
    """Nothing of a process that has ended."""
    try:
        return Path("/proc", str(pid), what).read_bytes()
    except OSError:
        return b""


def started(pid):
    """In the kernel's ticks since the machine's boot."""
    fields = read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[19]) if fields else None
