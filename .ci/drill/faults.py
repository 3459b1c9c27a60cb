"""What the drill does to the installation, one class each."""
import os
import signal
import time

from machine import ask, await_that, containers, events

ENGINE_LABEL = "ai.september.bap.engine"
# A worker's step is given to another after 10 s without a heartbeat; its workflow task, too.
FROZEN_S = 25
DAEMON_AWAY_S = 4
VICTIMS = 3
MIGRATION_S = 120
BUSY_TRIES = 100
KILLED = str(128 + signal.SIGKILL)


def send(container, number):
    """Signals a container's first process from outside, of which Docker knows nothing."""
    pid = container["State"]["Pid"]
    if pid <= 0:  # To the system call that would mean everybody.
        raise ProcessLookupError(f"{container['Name']} does not run")
    os.kill(pid, number)


class Fault:
    """Something that goes wrong. What it returns from `strike` is when, in seconds since the epoch, and a remark."""

    name = ""
    # Whether an engine may end without its container being made anew, or not at all.
    restarts_engines = False
    # Error codes with which an operation may end because of it.
    excuses = ()
    # Whether there should be many provisions.
    wants_provisions = False

    def strike(self, installation, daemon, choice):
        raise NotImplementedError


def kill_services(installation, services):
    """Kill -9 of these containers at once; when it was. Returns once Docker has started them again."""
    for service in services:
        send(service, signal.SIGKILL)
    struck = time.time()
    await_that("Docker starts it again", lambda: all(map(installation.is_restarted, services)), 60)
    return struck


class ServiceKilled(Fault):
    """Kill -9 of a service's process, as a crash would; Docker starts it again."""

    def __init__(self, service, name):
        self.service = service
        self.name = f"kill -9 of {name}"

    def strike(self, installation, daemon, choice):
        return kill_services(installation, installation.services(self.service)), ""


def freeze_busy_worker(installation, choice):
    """Stops a worker that is in the middle of a step; returns it, and how many steps it is in the middle of."""
    for _ in range(BUSY_TRIES):
        worker, held = choice.choice(installation.services("worker")), 0
        send(worker, signal.SIGSTOP)
        try:
            held = installation.locks_of(worker)
        finally:
            if not held:
                send(worker, signal.SIGCONT)
        if held:
            return worker, held
        time.sleep(choice.random() / 4)
    raise TimeoutError("no worker was ever in the middle of a step")


class WorkerKilled(Fault):
    name = "kill -9 of a worker"

    def strike(self, installation, daemon, choice):
        worker, held = freeze_busy_worker(installation, choice)
        return kill_services(installation, [worker]), f"in the middle of {held} step(s)"


class WorkerFrozen(Fault):
    """A worker that sleeps through its heartbeats and then goes on where it was, while another has taken over."""

    def __init__(self, cut_off):
        self.cut_off = cut_off
        self.name = f"SIGSTOP of a worker for {FROZEN_S} s" + (", its database connections cut" if cut_off else "")

    def strike(self, installation, daemon, choice):
        worker, held = freeze_busy_worker(installation, choice)
        struck = time.time()
        try:
            if self.cut_off:
                installation.cut_off_database(worker)
            time.sleep(FROZEN_S)
        finally:
            send(worker, signal.SIGCONT)
        return struck, f"in the middle of {held} step(s)"


class DaemonKilled(Fault):
    def __init__(self, live_restore):
        self.live_restore = live_restore
        self.name = f"kill -9 of dockerd, {'with' if live_restore else 'without'} live-restore"
        self.restarts_engines = not live_restore

    def strike(self, installation, daemon, choice):
        daemon.set_live_restore(self.live_restore)
        struck = time.time()
        daemon.kill()
        time.sleep(DAEMON_AWAY_S)
        daemon.start()
        return struck, f"away for {DAEMON_AWAY_S} s"


class EnginesKilled(Fault):
    """Engines in the middle of their boot may be among them: that is a failed boot."""

    name = f"kill -9 of {VICTIMS} engines"
    restarts_engines = True
    excuses = ("BACKEND_ERROR",)

    def strike(self, installation, daemon, choice):
        await_that("engines live", lambda: len(self._live()) >= VICTIMS, 60)
        for victim in choice.sample(self._live(), VICTIMS):
            send(victim, signal.SIGKILL)
        return time.time(), ""

    @staticmethod
    def _live():
        return [one for one in containers(ENGINE_LABEL) if one["State"]["Running"] and not is_migration(one["Name"])]


def is_migration(name):
    return name.endswith("-migrate")


class MigrationsKilled(Fault):
    """The one-shot containers by which workers migrate the first brain of each image."""

    name = f"kill -9 of {VICTIMS} migrate containers"
    wants_provisions = True

    def strike(self, installation, daemon, choice):
        struck, hit, shot_at = None, 0, set()
        for event in events(MIGRATION_S, type=["container"], event=["start", "die"]):
            container, attributes = event["id"], event["Actor"]["Attributes"]
            if event["Action"] == "die" and container in shot_at:
                shot_at.discard(container)
                hit += attributes["exitCode"] == KILLED
            elif is_migration(attributes["name"]) and hit + len(shot_at) < VICTIMS and self._kill(container):
                shot_at.add(container)
                struck = struck or time.time()
            if hit == VICTIMS:
                return struck, ""
        raise TimeoutError(f"only {hit} migrate containers were hit within {MIGRATION_S} s")

    @staticmethod
    def _kill(container):
        try:
            send(ask(f"/containers/{container}/json"), signal.SIGKILL)
            return True
        except (LookupError, ProcessLookupError):
            return False


def all_faults():
    """In the order in which they are tried."""
    return [
        ServiceKilled("orchestrator", "the API"),
        WorkerKilled(),
        ServiceKilled("temporal", "the Temporal server"),
        ServiceKilled("postgres", "PostgreSQL"),
        DaemonKilled(live_restore=False),
        DaemonKilled(live_restore=True),
        EnginesKilled(),
        MigrationsKilled(),
        WorkerFrozen(cut_off=False),
        WorkerFrozen(cut_off=True),
    ]
