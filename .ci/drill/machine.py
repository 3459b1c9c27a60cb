"""The Docker daemon that the drill kills: its own, in the namespaces that .ci/fault-drill has made around it."""
import http.client
import json
import os
import signal
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

SOCKET = "/run/docker.sock"
CONTAINERD_PID = Path("/run/docker/containerd/containerd.pid")
START_S = 90
STOP_S = 60

# Kept from the caller: where programs are, and Docker's plugins.
ENVIRONMENT = {
    "DOCKER_HOST": f"unix://{SOCKET}",
    **{name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ},
}


def await_that(what, condition, seconds, pause=0.2):
    """How many seconds it took until the condition gave something true; TimeoutError after too many."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(pause)
    return time.monotonic() - began


def docker(*arguments, stdin=None, timeout=120, environment=None):
    """Runs Docker's command line; returns what it prints."""
    try:
        done = subprocess.run(
            ["docker", *arguments], input=stdin, capture_output=True, text=True, timeout=timeout,
            env=environment or ENVIRONMENT)
    except subprocess.TimeoutExpired as hangs:
        raise TimeoutError(f"docker {' '.join(arguments[:4])} … did not end within {timeout} s") from hangs
    if done.returncode != 0:
        raise OSError(f"docker {' '.join(arguments[:4])} …: {done.stderr.strip()[-500:]}")
    return done.stdout


def load_images(folder):
    """What .ci/drill/machine.sh has saved there."""
    file = Path(folder) / "images.tar"
    docker("load", "--quiet", "--input", str(file), timeout=600)
    file.unlink()


def engine_image(image, tag):
    """The same engine under an id of its own; returns its name."""
    name = f"bap-drill/engine:{tag}"
    docker("build", "--quiet", "--label", f"drill={name}", "--tag", name, "-", stdin=f"FROM {image}\n",
           environment={**ENVIRONMENT, "DOCKER_BUILDKIT": "0"})
    return name


class DaemonConnection(http.client.HTTPConnection):
    """HTTP over the daemon's socket: many times faster than its command line, which counts when something is to be hit."""

    def __init__(self, timeout):
        super().__init__("docker", timeout=timeout)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def ask(path, timeout=30, **query):
    """What the daemon answers; dicts in the query are sent as JSON. OSError if it does not answer, LookupError if it has no such thing."""
    encoded = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in query.items()}
    connection = DaemonConnection(timeout)
    try:
        connection.request("GET", f"{path}?{urllib.parse.urlencode(encoded)}")
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except http.client.HTTPException as cut_off:
        raise OSError(f"the daemon hung up: {cut_off!r}") from cut_off
    finally:
        connection.close()
    if answer.status == 404:
        raise LookupError(body["message"])
    if answer.status != 200:
        raise OSError(f"{path}: {answer.status} {body}")
    return body


def events(seconds, **filters):
    """The daemon's events as they come, for so long; OSError when none comes for that long."""
    connection = DaemonConnection(seconds)
    try:
        connection.request("GET", f"/events?{urllib.parse.urlencode({'filters': json.dumps(filters)})}")
        deadline = time.monotonic() + seconds
        for line in connection.getresponse():
            yield json.loads(line)
            if time.monotonic() > deadline:
                return
    finally:
        connection.close()


def containers(label):
    """All containers with that label, whatever their state, as `docker inspect` shows them."""
    found = ask("/containers/json", all="1", filters={"label": [label]})
    inspected = []
    for container in found:
        try:
            inspected.append(ask(f"/containers/{container['Id']}/json"))
        except LookupError:  # It has gone since.
            pass
    return inspected


# As systemd starts it: with a socket that was there before, and does not go with it.
START = 'exec 3<&"$1"; export LISTEN_FDS=1 LISTEN_PID=$$; shift; exec dockerd -H fd:// "$@"'


class Daemon:
    """A dockerd that can be killed and started again. Its socket stays, as with Docker's own packages: a container that has
    it mounted would not see one that the daemon makes anew."""

    def __init__(self, folder, cgroup):
        self.folder = Path(folder)
        self.cgroup = cgroup
        self.log = self.folder / "dockerd.log"
        self.settings = self.folder / "daemon.json"
        self.process = None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(SOCKET)
        self.listener.listen(128)
        self._write_settings(live_restore=False)

    def _write_settings(self, live_restore):
        self.settings.write_text(json.dumps({"live-restore": live_restore}))

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                ["bash", "-c", START, "dockerd", str(self.listener.fileno()), "--config-file", self.settings,
                 "--data-root", self.folder / "docker", "--cgroup-parent", f"/{self.cgroup}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=ENVIRONMENT, start_new_session=True,
                pass_fds=[self.listener.fileno()])
        await_that("the Docker daemon starts; see dockerd.log", self._has_decided, START_S)
        if not self.answers():
            raise OSError("the Docker daemon does not start: " + self.log.read_text()[-1500:])

    def _has_decided(self):
        return self.answers() or self.process.poll() is not None

    def answers(self):
        try:
            return bool(ask("/info", timeout=5)["ID"])
        except OSError:
            return False

    def set_live_restore(self, live_restore):
        """Whether containers outlive it. It reads its settings again when it is told to."""
        self._write_settings(live_restore)
        self.process.send_signal(signal.SIGHUP)
        await_that(
            "the daemon takes over live-restore",
            lambda: ask("/info")["LiveRestoreEnabled"] == live_restore, 20)

    def stop(self):
        """SIGTERM: it ends containers, unless they outlive it, and then itself."""
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired as hangs:
            raise TimeoutError(f"the Docker daemon did not end within {STOP_S} s") from hangs

    def kill(self):
        """Kill -9, of containerd as well, which the kernel sees to: it is started so."""
        containerd = Path("/proc") / CONTAINERD_PID.read_text().strip()
        self.process.kill()
        self.process.wait()
        await_that("containerd ends with its daemon", lambda: not containerd.exists(), 20)
